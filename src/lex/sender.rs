//! The sender of a telegram as editors of historical documents name it, to its post.

use crate::tables::countries;
use crate::tables::posts::{self, Post};

/// The post of a sender as the editors name it: `Embassy in Peru`, `Consulate General in Hong Kong`, `Department of State`.
pub fn post_of(sender: &str) -> Option<&'static Post> {
    const OTHERS: [(&str, &str); 4] = [
        ("Department of State", "STATE"),
        ("Mission to the United Nations", "USUN NEW YORK"),
        ("Mission to the North Atlantic Treaty Organization", "USNATO"),
        ("Liaison Office in China", "PEKING"),
    ];
    if let Some((_, post)) = OTHERS.iter().find(|(known, _)| *known == sender) {
        return posts::find(post);
    }
    match sender.split_once(" in ")? {
        ("Embassy", place) => {
            let country = place.strip_prefix("the ").unwrap_or(place);
            countries::embassy_in(country)
        }
        ("Consulate General" | "Consulate" | "Mission" | "Liaison Office" | "Interests Section", city) => {
            posts::find(city)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_a_post_only_where_the_tables_say_so() {
        let post = |sender| post_of(sender).map(|post| post.mrn);
        assert_eq!(post("Embassy in Peru"), Some("LIMA"));
        assert_eq!(post("Embassy in the Soviet Union"), Some("MOSCOW"));
        assert_eq!(post("Consulate General in Hong Kong"), Some("HONGKONG"));
        assert_eq!(post("Mission to the United Nations"), Some("USUNNEWYORK"));
        for other in ["Embassy in Ruritania", "Embassy", "Secretary of State", "Department in Peru"] {
            assert_eq!(post(other), None, "{other}");
        }
    }
}
