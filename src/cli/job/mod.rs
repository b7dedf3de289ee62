//! The commands of the scheduled job: `sync`, `status`, `rollback`, `gc`, `init`.

mod arguments;
mod init;
mod log;
mod metrics;
mod settings;
mod state;
mod sync;

pub use arguments::{GcOptions, InitOptions, RollbackOptions, StatusOptions, SyncOptions};
pub use init::init;
pub use settings::job_of_file;
pub use state::{gc, rollback, status};
pub use sync::sync;
