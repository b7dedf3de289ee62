//! In which order the numbers of dates are: by the mask beside a date, or by what a dump says at its beginning.

use std::ops::Range;

use super::words::call_before;
use crate::dialect::fields::DateForm;
use crate::lex::begins_in_any_case;

/// Functions whose second value is the mask of the first.
const MASKED: [&[u8]; 6] =
    [b"to_date", b"to_timestamp", b"to_timestamp_tz", b"str_to_date", b"strptime", b"parsedatetime"];

/// Functions of SQL Server whose last value is the number of a style.
const STYLED: [&[u8]; 2] = [b"convert(", b"try_convert("];

/// So many bytes may be between the name of such a function and its date: a type.
const BEFORE_DATE: usize = 40;

/// Styles by their numbers.
const DAY_FIRST: [u32; 8] = [3, 4, 5, 103, 104, 105, 130, 131];
const MONTH_FIRST: [u32; 4] = [1, 10, 101, 110];

/// The variables that say it for a whole dump.
const VARIABLES: [&str; 4] = ["datestyle", "dateformat", "nls_date_format", "nls_timestamp_format"];

/// How a date is written that is the string in this range, by the values after it of the function that it is given to.
pub fn beside(bytes: &[u8], date: Range<usize>) -> Option<DateForm> {
    let open = date.start.checked_sub(1)?;
    let rest = bytes.get(date.end + 1..)?.trim_ascii_start().strip_prefix(b",")?.trim_ascii_start();
    let call = call_before(bytes, open);
    if MASKED.iter().any(|name| call.eq_ignore_ascii_case(name)) {
        return of_mask(rest.strip_prefix(b"'")?.split(|&byte| byte == b'\'').next()?);
    }
    let before = &bytes[open.saturating_sub(BEFORE_DATE)..open];
    let is_styled = (0..before.len()).any(|at| STYLED.iter().any(|name| begins_in_any_case(&before[at..], name)));
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let style = std::str::from_utf8(&rest[..digits]).ok()?.parse().ok()?;
    let is_last = is_styled && rest[digits..].trim_ascii_start().starts_with(b")");
    match is_last {
        true if DAY_FIRST.contains(&style) => Some(DateForm::DayFirst),
        true if MONTH_FIRST.contains(&style) => Some(DateForm::MonthFirst),
        _ => None,
    }
}

/// How dates are written, where a dump sets it.
pub fn said(bytes: &[u8]) -> Option<DateForm> {
    let lines = bytes.split(|&byte| byte == b'\n');
    let sets = |line: &&[u8]| begins_in_any_case(line, b"set ") || begins_in_any_case(line, b"alter session ");
    lines.filter(sets).find_map(|line| {
        let line = String::from_utf8_lossy(line).to_ascii_lowercase();
        let (_, value) = VARIABLES.iter().find_map(|variable| line.split_once(variable))?;
        match (value.contains("dmy"), value.contains("mdy")) {
            (true, _) => Some(DateForm::DayFirst),
            (_, true) => Some(DateForm::MonthFirst),
            _ => of_mask(value.as_bytes()),
        }
    })
}

/// The form of dates with such a mask: `DD/MM/YYYY`, `%m/%d/%Y`.
fn of_mask(mask: &[u8]) -> Option<DateForm> {
    let mask = mask.to_ascii_lowercase();
    let find = |letters: &[u8]| mask.iter().position(|byte| letters.contains(byte));
    let (day, month) = (find(b"de")?, find(b"mc")?);
    Some(if day < month { DateForm::DayFirst } else { DateForm::MonthFirst })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_and_styles_say_what_comes_first() {
        let form = |call: &str| {
            let open = call.find('\'').unwrap_or_default();
            beside(call.as_bytes(), open + 1..open + 11)
        };
        for call in [
            "to_date('04/05/2006','DD/MM/YYYY')",
            "TO_TIMESTAMP('04/05/2006', 'dd/mm/yyyy hh24:mi')",
            "STR_TO_DATE('04/05/2006','%e/%c/%Y')",
            "CONVERT(datetime, '04/05/2006', 103)",
        ] {
            assert_eq!(form(call), Some(DateForm::DayFirst), "{call}");
        }
        for call in ["to_date('05/04/2006','MM/DD/YYYY')", "convert(datetime2(7), '05/04/2006', 101)"] {
            assert_eq!(form(call), Some(DateForm::MonthFirst), "{call}");
        }
        for other in ["(1,'04/05/2006','DD/MM/YYYY')", "(1,'04/05/2006', 103)", "to_date('04/05/2006','YYYY')"] {
            assert_eq!(form(other), None, "{other}");
        }
    }

    #[test]
    fn a_dump_says_how_its_dates_are_written() {
        let day_first = [
            "SET datestyle = 'SQL, DMY';",
            "SET DATEFORMAT dmy;",
            "ALTER SESSION SET NLS_DATE_FORMAT='DD/MM/YYYY HH24:MI';",
        ];
        assert!(day_first.iter().all(|line| said(line.as_bytes()) == Some(DateForm::DayFirst)));
        assert_eq!(said(b"SET datestyle = 'ISO, MDY';\n"), Some(DateForm::MonthFirst));
        assert_eq!(said(b"SET NAMES utf8;\nINSERT INTO dateformat VALUES ('dmy');"), None);
    }
}
