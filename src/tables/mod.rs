//! Facts of the trade as plain files compiled in: posts, TAGS, addressee names, captions, titles.
//!
//! Each file has a header line that says what it is. Never code: a new alias is a new word in a file, and one loader
//! refuses what does not read.

pub mod addressees;
pub mod captions;
pub mod citations;
pub mod countries;
pub mod endings;
pub mod entities;
mod index;
pub mod levels;
pub mod missions;
pub mod openers;
pub mod posts;
pub mod tags;
pub mod titles;
mod tsv;

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads every table: a row that does not read fails with its file and line.
    #[test]
    fn every_table_reads() {
        assert!(addressees::word("WASHDC").is_some());
        assert_eq!(citations::kind("EMAIL"), Some("email"));
        assert!(endings::is_closing("NNNN") || endings::kind("VAN").is_some());
        assert!(!openers::all().summary.all().is_empty());
        assert!(titles::is(titles::TitleKind::Title, "ambassador"));
        assert!(posts::all().len() > 300);
        assert!(tags::all().len() > 400);
        assert!(!captions::known_in(captions::CaptionPlace::Repeated).is_empty());
        assert!(!levels::class_words().is_empty());
        assert!(!missions::glued().is_empty());
        assert!(countries::embassy_in("Peru").is_some());
        assert!(entities::character("eacute").is_some());
    }
}
