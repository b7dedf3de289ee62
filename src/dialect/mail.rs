//! Whether a document is mail. The text of a message may be encoded, wrapped or answered, and a file may hold many: nobody
//! reads a cable out of it.

use super::NotACable;
use crate::lex::begins_in_any_case;

/// What a document is that begins as mail does. Browsers save pages so.
pub fn kind(bytes: &[u8]) -> Option<NotACable> {
    let header = MailHeader::of(bytes);
    let is_mail = header.has(b"MIME-Version:") || header.has_sender() && header.is_sent();
    is_mail.then(|| match header.has(b"Content-Type: multipart/related") {
        true => NotACable::WebArchive,
        false => NotACable::Mail,
    })
}

/// The fields that a document begins with.
struct MailHeader<'b> {
    fields: Vec<&'b [u8]>,
    /// Whether the line of a mailbox is before them: `From quade@example.org Fri Jun 12 10:00:00 2009`.
    is_in_mailbox: bool,
}

/// Lines that programs put above the fields of a message that is sent on.
const SENT_ON: [&[u8]; 3] = [b"-----Original", b"-----Forwarded", b"---------- Forwarded"];

/// Fields that nobody writes but a program for mail.
const OF_PROGRAMS: [&[u8]; 5] =
    [b"Message-ID:", b"Return-Path:", b"Received: from ", b"Delivered-To:", b"Content-Type:"];

/// Fields beside that of the sender.
const OTHERS: [&[u8]; 4] = [b"To:", b"Subject:", b"Date:", b"Cc:"];

impl<'b> MailHeader<'b> {
    fn of(bytes: &'b [u8]) -> MailHeader<'b> {
        let mut lines = bytes.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii_end).peekable();
        let is_before = |line: &&[u8]| line.is_empty() || SENT_ON.iter().any(|mark| line.starts_with(mark));
        while lines.next_if(is_before).is_some() {}
        let is_in_mailbox = lines.next_if(|line| line.starts_with(b"From ") && line.contains(&b'@')).is_some();
        // A field is `Name: value`, and continues on indented lines.
        let is_field = |line: &&[u8]| {
            let name = line.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
            let value = line[name..].strip_prefix(b":");
            let is_value = |value: &[u8]| value.first().is_none_or(|first| b" \t".contains(first));
            line.first().is_some_and(|first| b" \t".contains(first)) || name > 0 && value.is_some_and(is_value)
        };
        MailHeader { fields: lines.take_while(is_field).collect(), is_in_mailbox }
    }

    fn has(&self, field: &[u8]) -> bool {
        self.fields.iter().any(|line| begins_in_any_case(line, field))
    }

    fn has_sender(&self) -> bool {
        self.is_in_mailbox || self.has(b"From:")
    }

    /// Whether the fields are those of a message. A cable may have `FROM:`, `TO:` and `SUBJECT:`, but no address of mail.
    fn is_sent(&self) -> bool {
        let is_address = |line: &&&[u8]| begins_in_any_case(line, b"From:") && line.contains(&b'@');
        let has_address = self.is_in_mailbox || self.fields.iter().find(is_address).is_some();
        let is_of_outlook =
            || [&b"From:"[..], b"Sent:"].iter().all(|field| self.fields.iter().any(|line| line.starts_with(field)));
        let has_other = || OTHERS.iter().any(|field| self.has(field));
        OF_PROGRAMS.iter().any(|field| self.has(field)) || (has_address || is_of_outlook()) && has_other()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_is_told_from_cables_with_fields() {
        for mail in [
            "From: quade@example.org\nTo: moll@example.org\nSubject: cable\n\nVZCZCXYZ0016",
            "Return-Path: <quade@example.org>\nFrom: Quade\n\nVZCZCXYZ0016",
            "From quade@example.org Fri Jun 12 10:00:00 2009\nSubject: one\n\nVZCZCXYZ0016",
            "\n-----Original Message-----\nFrom: Quade, Orla\nSent: Friday, June 12\nTo: Moll\nSubject: FW: LIMA 12\n",
            "Received: from a.example\n\tby b.example; Fri, 12 Jun\nFrom: Quade\n\nno",
            "Subject:\nMIME-Version: 1.0\n",
        ] {
            assert_eq!(kind(mail.as_bytes()), Some(NotACable::Mail), "{mail}");
        }
        let page = "From: <Saved>\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n";
        assert_eq!(kind(page.as_bytes()), Some(NotACable::WebArchive));
        for other in [
            "FROM: AMEMBASSY LIMA\nSENT: 12 JUN 09\nTO: SECSTATE WASHDC\nSUBJECT: FERRIES\nTAGS: PREL\n",
            "Subject: Ferries\nTAGS: PREL\nDate: 12 June 2009\n",
            "From Lima @ noon\nno fields",
            "E.O. 12958: N/A\nTAGS: PREL\n",
        ] {
            assert_eq!(kind(other.as_bytes()), None, "{other}");
        }
    }
}
