//! Secrets and what is done with them: personal data are sealed before they are stored, looked up
//! by a keyed hash, and tokens are made from the same key.
//!
//! Invariant: no secret can be printed.

use std::{fmt, io::Write as _, path::Path, sync::Arc};

use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead as _, KeyInit as _},
};
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(String);

impl SecretText {
    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretText(…)")
    }
}

/// What a keyed hash is for; hashes of one purpose say nothing about another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To find a person by ID number.
    IdNumber,
    /// To find a person by mobile number.
    Mobile,
    /// To keep a session by the hash of its token.
    Session,
    /// To bind a form to a session.
    Form,
    /// To count sign-in attempts by account name and by source.
    Attempt,
    /// To make the code by which a document is verified.
    Document,
    /// To tell whoever was shown a form from others.
    Shown,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Self::IdNumber => b"id-number",
            Self::Mobile => b"mobile",
            Self::Session => b"session",
            Self::Form => b"form",
            Self::Attempt => b"attempt",
            Self::Document => b"document",
            Self::Shown => b"shown",
        }
    }
}

/// The keys of an installation, made from its one key.
#[derive(Clone)]
pub struct Secrets(Arc<Keys>);

struct Keys {
    sealing: XChaCha20Poly1305,
    hashing: [u8; 32],
}

/// Secrets that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// The key is not 64 hexadecimal digits.
    #[error("the key is not 64 hexadecimal digits")]
    Malformed,
    /// The key file cannot be read or made.
    #[error("the key file cannot be read or made")]
    File(#[from] std::io::Error),
    /// Something sealed does not open: another key, or changed data.
    #[error("sealed data do not open with this key")]
    DoesNotOpen,
}

impl Secrets {
    /// From 64 hexadecimal digits.
    ///
    /// # Errors
    /// When the text is something else.
    pub fn from_hex(text: &str) -> Result<Self, SecretsError> {
        let mut key = [0; 32];
        hex::decode_to_slice(text.trim(), &mut key).map_err(|_| SecretsError::Malformed)?;
        Ok(Self::from_key(key))
    }

    /// From the file `key` in the data folder, which is made where it is missing and which only its
    /// owner may read.
    ///
    /// # Errors
    /// When the file cannot be read or made, or holds something else.
    pub fn from_folder(folder: &Path) -> Result<Self, SecretsError> {
        let path = folder.join("key");
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::from_hex(&text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let key: [u8; 32] = rand::random();
                make_private(&path, hex::encode(key).as_bytes())?;
                Self::from_folder(folder)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn from_key(key: [u8; 32]) -> Self {
        let sealing = XChaCha20Poly1305::new(&derive(&key, b"seal").into());
        Self(Arc::new(Keys { sealing, hashing: derive(&key, b"hash") }))
    }

    /// Seals a text. `place` says where it belongs, such as `people.id_number/<id>`; it opens
    /// nowhere else.
    #[must_use]
    pub fn seal(&self, place: &str, text: &str) -> String {
        hex::encode(self.seal_bytes(place, text.as_bytes()))
    }

    /// Seals bytes, such as those of a file.
    #[must_use]
    pub fn seal_bytes(&self, place: &str, clear: &[u8]) -> Vec<u8> {
        let nonce: [u8; 24] = rand::random();
        let payload = chacha20poly1305::aead::Payload { msg: clear, aad: place.as_bytes() };
        let Ok(sealed) = self.0.sealing.encrypt(&XNonce::from(nonce), payload) else {
            unreachable!("what we seal is far shorter than what the cipher can take")
        };
        let mut bytes = nonce.to_vec();
        bytes.extend(sealed);
        bytes
    }

    /// Opens what [`Self::seal`] gave.
    ///
    /// # Errors
    /// When it was sealed with another key, for another place, or was changed.
    pub fn open(&self, place: &str, sealed: &str) -> Result<String, SecretsError> {
        let sealed = hex::decode(sealed).map_err(|_| SecretsError::DoesNotOpen)?;
        let opened = self.open_bytes(place, &sealed)?;
        String::from_utf8(opened).map_err(|_| SecretsError::DoesNotOpen)
    }

    /// Opens what [`Self::seal_bytes`] gave.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_bytes(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, SecretsError> {
        let Some((nonce, sealed)) = sealed.split_first_chunk::<24>() else {
            return Err(SecretsError::DoesNotOpen);
        };
        let payload = chacha20poly1305::aead::Payload { msg: sealed, aad: place.as_bytes() };
        let opened = self.0.sealing.decrypt(&XNonce::from(*nonce), payload);
        opened.map_err(|_| SecretsError::DoesNotOpen)
    }

    /// The keyed hash of a text for one purpose, in hexadecimal.
    #[must_use]
    pub fn hash(&self, purpose: Purpose, text: &str) -> String {
        hex::encode(mac(&self.0.hashing, &[purpose.label(), b"\0", text.as_bytes()]))
    }

    /// A hash by which a database can tell whether it was made with this key.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        hex::encode(mac(&self.0.hashing, &[b"fingerprint"]))
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secrets(…)")
    }
}

/// A random token of 256 bits in hexadecimal.
#[must_use]
pub fn random_token() -> String {
    let bytes: [u8; 32] = rand::random();
    hex::encode(bytes)
}

/// A plain hash, for things that are random enough by themselves.
#[must_use]
pub fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

fn derive(key: &[u8; 32], label: &[u8]) -> [u8; 32] {
    mac(key, &[b"zhiping/1/", label])
}

fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        unreachable!("a key may be of any length")
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Writes a file that only its owner may read; fails if there is one already.
fn make_private(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(byte: u8) -> Secrets {
        Secrets::from_key([byte; 32])
    }

    #[test]
    fn what_is_sealed_opens_in_its_place_only() {
        let sealed = secrets(1).seal("people.id_number/p1", "990101198506129010");
        assert!(!sealed.contains("990101"));
        let open = |secrets: Secrets, place| secrets.open(place, &sealed);
        assert_eq!(open(secrets(1), "people.id_number/p1").unwrap(), "990101198506129010");
        assert!(open(secrets(1), "people.id_number/p2").is_err());
        assert!(open(secrets(2), "people.id_number/p1").is_err());
        let mut changed = sealed.clone();
        changed.replace_range(60..62, if &sealed[60..62] == "00" { "01" } else { "00" });
        assert!(secrets(1).open("people.id_number/p1", &changed).is_err());
        assert!(secrets(1).open("people.id_number/p1", "abc").is_err());
    }

    #[test]
    fn sealing_twice_gives_two_texts_and_hashing_twice_gives_one() {
        let secrets = secrets(1);
        assert_ne!(secrets.seal("x", "19900000901"), secrets.seal("x", "19900000901"));
        let mobile = secrets.hash(Purpose::Mobile, "19900000901");
        assert_eq!(mobile, secrets.hash(Purpose::Mobile, "19900000901"));
        assert_ne!(mobile, secrets.hash(Purpose::IdNumber, "19900000901"));
        assert_ne!(mobile, self::secrets(2).hash(Purpose::Mobile, "19900000901"));
    }

    #[test]
    fn the_key_file_is_made_once_and_private() {
        let folder = tempfile::tempdir().unwrap();
        let first = Secrets::from_folder(folder.path()).unwrap();
        let second = Secrets::from_folder(folder.path()).unwrap();
        assert_eq!(first.fingerprint(), second.fingerprint());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = folder.path().join("key").metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::write(folder.path().join("key"), "short").unwrap();
        assert!(matches!(Secrets::from_folder(folder.path()), Err(SecretsError::Malformed)));
    }

    #[test]
    fn secrets_are_never_printed() {
        assert_eq!(format!("{:?}", secrets(1)), "Secrets(…)");
        assert_eq!(format!("{:?}", SecretText::from("geheim".to_owned())), "SecretText(…)");
    }
}
