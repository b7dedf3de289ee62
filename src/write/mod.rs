//! A stream of `RecordBatch`es to bytes: one encoding times one layout.
//!
//! Nothing here knows a cable or a field name; what a format needs beyond Arrow rides on field metadata.

pub mod value;
