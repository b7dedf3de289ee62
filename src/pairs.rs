//! Two lists to the pairs in them that have something in common, such as what there was and what there is.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::Hash;

/// Takes pairs out of both lists that have the same key, the first of each list first, in the order of the new ones.
/// What has no key stays.
pub fn take_pairs<T: Copy, K: Eq + Hash>(
    old: &mut Vec<T>,
    new: &mut Vec<T>,
    key: impl Fn(&T) -> Option<K>,
) -> Vec<(T, T)> {
    let mut waiting: HashMap<K, VecDeque<usize>> = HashMap::new();
    for (place, one) in old.iter().enumerate() {
        if let Some(key) = key(one) {
            waiting.entry(key).or_default().push_back(place);
        }
    }
    let (mut pairs, mut taken) = (Vec::new(), HashSet::new());
    new.retain(|one| {
        let Some(place) = key(one).and_then(|key| waiting.get_mut(&key)?.pop_front()) else { return true };
        taken.insert(place);
        pairs.push((old[place], *one));
        false
    });
    let mut places = 0..;
    old.retain(|_| places.next().is_none_or(|place| !taken.contains(&place)));
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_each_key_go_together_and_the_rest_stays() {
        let (mut old, mut new) = (vec![11, 21, 12, 7], vec![22, 13, 14, 15, 8]);
        let tens = |number: &i32| Some(number / 10).filter(|tens| *tens > 0);
        assert_eq!(take_pairs(&mut old, &mut new, tens), [(21, 22), (11, 13), (12, 14)]);
        assert_eq!((old, new), (vec![7], vec![15, 8]));
    }
}
