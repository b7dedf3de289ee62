//! What decoders say to why a container cannot be read.

use std::io;

/// Why a container or a member cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// It needs a password.
    #[error("encrypted; decrypt it first")]
    Encrypted,
    /// The bytes end too early.
    #[error("cut off: its bytes end too early; copy or download it again")]
    Cut,
    /// What is written there contradicts itself, or a checksum.
    #[error("corrupt: {0}; copy or download it again")]
    Corrupt(String),
    /// Written in a way that this program does not read.
    #[error("{0} is not read; extract it first")]
    Unsupported(String),
    /// One of several files that a container was split into.
    #[error("one volume of several; join the volumes first")]
    Volume,
    /// More members than one input may have.
    #[error("more than {0} members; extract it first")]
    TooManyMembers(u64),
    /// A list of members that does not fit in memory.
    #[error("a list of members of more than {0} bytes; extract it first")]
    ListTooLarge(u64),
    /// The decoder would have to keep more than it may.
    #[error("compressed with a window of more than {0} bytes; extract it first")]
    WindowTooLarge(u64),
    /// More bytes than are expanded only to get beyond them.
    #[error("more than {0} bytes in it are no cable; extract it first")]
    TooMuchToSkip(u64),
    /// A container in a stream that is too large for a temporary file.
    #[error("a container of more than {0} bytes within a stream; extract it first")]
    TooLargeToSpool(u64),
}

#[cfg(feature = "containers")]
impl Fault {
    /// What a decoder with a window of so many bytes at most says.
    pub(super) fn of(error: &io::Error, window: u64) -> Fault {
        if let Some(fault) = error.get_ref().and_then(|inner| inner.downcast_ref::<Fault>()) {
            return fault.clone();
        }
        if let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<sevenz_rust2::Error>()) {
            return Fault::of_seven_zip(error, window);
        }
        if let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<::zip::result::ZipError>()) {
            return Fault::of_zip(error, window);
        }
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Fault::Cut,
            io::ErrorKind::OutOfMemory => Fault::WindowTooLarge(window),
            // Zstandard gives words only.
            _ if error.to_string().contains("requires too much memory") => Fault::WindowTooLarge(window),
            _ => Fault::Corrupt(error.to_string()),
        }
    }

    /// Where a file ends too early: programs that split a container call the first file `NAME.001`.
    pub(super) fn of_end(file_name: &str) -> Fault {
        if file_name.ends_with(".001") { Fault::Volume } else { Fault::Cut }
    }

    pub(super) fn of_zip(error: &::zip::result::ZipError, window: u64) -> Fault {
        use ::zip::result::ZipError;
        match error {
            ZipError::Io(error) => Fault::of(error, window),
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => Fault::Encrypted,
            ZipError::CompressionMethodNotSupported(method) => {
                Fault::Unsupported(format!("compression method {method}"))
            }
            ZipError::UnsupportedArchive(what) if what.contains("multi-disk") => Fault::Volume,
            ZipError::UnsupportedArchive(what) => Fault::Corrupt((*what).to_owned()),
            other => Fault::Corrupt(other.to_string()),
        }
    }

    pub(super) fn of_seven_zip(error: &sevenz_rust2::Error, window: u64) -> Fault {
        use sevenz_rust2::Error;
        match error {
            Error::PasswordRequired | Error::MaybeBadPassword(_) => Fault::Encrypted,
            Error::UnsupportedCompressionMethod(method) if method.contains("AES") => Fault::Encrypted,
            Error::UnsupportedCompressionMethod(method) => Fault::Unsupported(format!("compression method {method}")),
            Error::MaxMemLimited { .. } => Fault::WindowTooLarge(window),
            Error::ChecksumVerificationFailed | Error::NextHeaderCrcMismatch => {
                Fault::Corrupt("a checksum does not agree".to_owned())
            }
            Error::UnsupportedVersion { major, minor } => Fault::Unsupported(format!("version {major}.{minor} of 7z")),
            Error::Io(error, _) => Fault::of(error, window),
            Error::Other(what) => Fault::Corrupt(what.to_string()),
            Error::Unsupported(what) => Fault::Unsupported(what.to_string()),
            other => Fault::Corrupt(other.to_string()),
        }
    }
}

impl From<Fault> for io::Error {
    fn from(fault: Fault) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, fault)
    }
}
