//! The `KEY=VALUE` part of an output: each part of the program takes the keys it knows, what is left is refused.

use std::str::FromStr;

use crate::error::{Error, Result};

/// Keys and values not yet taken.
#[derive(Debug, Default)]
pub struct Options {
    pairs: Vec<(String, Vec<String>)>,
    known: Vec<&'static str>,
}

impl Options {
    /// Reads `zstd=6,drop=summary,comments`: a word without `=` continues the list before it.
    pub fn parse(words: &[&str]) -> Result<Options> {
        let mut options = Options::default();
        for word in words.iter().map(|word| word.trim()) {
            match (word.split_once('='), options.pairs.last_mut()) {
                (Some((key, value)), _) => options.pairs.push((key.to_owned(), vec![value.to_owned()])),
                (None, Some((_, values))) => values.push(word.to_owned()),
                (None, None) => return Err(Error::usage(format!("{word:?} is not an option: write KEY=VALUE"))),
            }
        }
        Ok(options)
    }

    /// The one value of `key`.
    pub fn value(&mut self, key: &'static str) -> Result<Option<String>> {
        match self.list(key).as_deref() {
            None => Ok(None),
            Some([value]) => Ok(Some(value.clone())),
            Some(_) => Err(Error::usage(format!("{key}= takes one value"))),
        }
    }

    /// The values of `key`, however often it is given.
    pub fn list(&mut self, key: &'static str) -> Option<Vec<String>> {
        self.known.push(key);
        let (taken, left) = std::mem::take(&mut self.pairs).into_iter().partition(|(name, _)| name == key);
        self.pairs = left;
        let values: Vec<String> = Vec::into_iter(taken).flat_map(|(_, values)| values).collect();
        (!values.is_empty()).then_some(values)
    }

    /// Whether `key` is `true`.
    pub fn truth(&mut self, key: &'static str) -> Result<bool> {
        match self.value(key)?.as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(other) => Err(Error::usage(format!("{key}={other}: write true or false"))),
        }
    }

    /// The number of `key`, from `least` to `most`.
    pub fn number<N: FromStr + PartialOrd + std::fmt::Display>(
        &mut self,
        key: &'static str,
        least: N,
        most: N,
    ) -> Result<Option<N>> {
        let Some(value) = self.value(key)? else { return Ok(None) };
        let number = value.parse().ok().filter(|number| *number >= least && *number <= most);
        number.map(Some).ok_or_else(|| Error::usage(format!("{key}={value}: write a number from {least} to {most}")))
    }

    /// The number of bytes of `key`, which may end in `K`, `M` or `G` (powers of 1,024), from `least` to `most`.
    pub fn bytes(&mut self, key: &'static str, least: u64, most: u64) -> Result<Option<u64>> {
        let Some(value) = self.value(key)? else { return Ok(None) };
        let number = read_bytes(&value).filter(|number| (least..=most).contains(number));
        let wanted = || format!("{key}={value}: write a number of bytes such as 32M, from {least} to {most}");
        number.map(Some).ok_or_else(|| Error::usage(wanted()))
    }

    /// Refuses what nobody took.
    pub fn finish(self, what: &str) -> Result<()> {
        let Some((key, _)) = self.pairs.first() else { return Ok(()) };
        let known: Vec<String> = self.known.iter().map(|key| format!("{key}=")).collect();
        Err(Error::usage(format!("{key}= is not an option of {what}, which knows {}", known.join(" "))))
    }
}

fn read_bytes(text: &str) -> Option<u64> {
    let text = text.strip_suffix('B').unwrap_or(text);
    let text = text.strip_suffix('i').unwrap_or(text);
    let (digits, shift) = match text.as_bytes().last()? {
        b'K' | b'k' => (&text[..text.len() - 1], 10),
        b'M' | b'm' => (&text[..text.len() - 1], 20),
        b'G' | b'g' => (&text[..text.len() - 1], 30),
        _ => (text, 0),
    };
    digits.parse::<u64>().ok()?.checked_mul(1 << shift)
}
