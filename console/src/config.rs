//! The configuration: environment variables, over an optional YAML file, over defaults.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use url::Url;

use crate::{identity::sign_on::SignOn, secrets::SecretText};

/// The shortest key that a gateway shares.
const SIGN_ON_KEY: usize = 32;

/// What an installation may set.
#[derive(Clone, Debug)]
pub struct Config {
    /// `ZHIPING_LISTEN`: where to listen.
    pub listen: SocketAddr,
    /// `ZHIPING_DATA`: the folder of the database, files, mails and the key.
    pub data: PathBuf,
    /// `DATABASE_URL`: a PostgreSQL server instead of the SQLite file in the folder.
    pub database: Option<SecretText>,
    /// `ZHIPING_URL`: the address people use, where a proxy stands in front. Links in mails begin
    /// with it, forms from elsewhere are refused, and `https` makes cookies secure.
    pub url: Option<Url>,
    /// `ZHIPING_FONT`: a font file with Chinese characters for documents.
    pub font: Option<PathBuf>,
    /// `SMTP_URL`: where mail goes; without it, into a mailbox folder.
    pub smtp: Option<SecretText>,
    /// `ZHIPING_KEY`: 64 hexadecimal digits; without it, the file `key` in the folder.
    pub key: Option<SecretText>,
    /// `ZHIPING_WORKFLOWS`: a folder of workflows instead of those in the program.
    pub workflows: Option<PathBuf>,
    /// `ZHIPING_SIGN_ON` and `ZHIPING_SIGN_ON_KEY`: the gateway through which people sign on with an
    /// account of elsewhere.
    pub sign_on: Option<SignOn>,
    /// `ZHIPING_PASSWORD_LOGIN`: whether passwords of this installation sign in; `off` needs a
    /// gateway.
    pub password_login: bool,
    /// `ZHIPING_LOG`: `text` or `json`.
    pub log: LogFormat,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For machines.
    Json,
}

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration file {path} cannot be read")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not the YAML expected.
    #[error("the configuration file is not right: {0}")]
    File(#[from] Box<serde_yaml::Error>),
    /// A value cannot be understood.
    #[error("{name} is not {expected}")]
    Value {
        /// The variable.
        name: &'static str,
        /// What it should be.
        expected: &'static str,
    },
}

/// The same settings as written in a file or the environment.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    listen: Option<String>,
    data: Option<String>,
    database_url: Option<String>,
    url: Option<String>,
    font: Option<String>,
    smtp_url: Option<String>,
    key: Option<String>,
    workflows: Option<String>,
    sign_on: Option<String>,
    sign_on_key: Option<String>,
    password_login: Option<String>,
    log: Option<String>,
}

impl Config {
    /// Reads the environment of the process and the file that `--config` or `ZHIPING_CONFIG` names.
    ///
    /// # Errors
    /// When the file cannot be read or a value cannot be understood.
    pub fn from_environment(file: Option<&Path>) -> Result<Self, ConfigError> {
        let variable = |name: &str| std::env::var(name).ok();
        let path = file.map(Path::to_owned).or_else(|| variable("ZHIPING_CONFIG").map(Into::into));
        let text = path
            .map(|path| {
                std::fs::read_to_string(&path)
                    .map_err(|source| ConfigError::Unreadable { path, source })
            })
            .transpose()?;
        Self::read(variable, text.as_deref())
    }

    /// The configuration that the variables and the text of the file give.
    ///
    /// # Errors
    /// When the file is not right or a value cannot be understood.
    pub fn read(
        variable: impl Fn(&str) -> Option<String>,
        file: Option<&str>,
    ) -> Result<Self, ConfigError> {
        let written: Written = match file {
            Some(text) => serde_yaml::from_str(text).map_err(Box::new)?,
            None => Written::default(),
        };
        let value = |name: &str, written: Option<String>| {
            variable(name).or(written).filter(|text| !text.trim().is_empty())
        };
        let listen =
            value("ZHIPING_LISTEN", written.listen).unwrap_or_else(|| "127.0.0.1:8080".to_owned());
        let listen = listen.parse().map_err(|_| ConfigError::Value {
            name: "ZHIPING_LISTEN",
            expected: "an address and port such as 127.0.0.1:8080",
        })?;
        let url = value("ZHIPING_URL", written.url).map(|text| public_url(&text)).transpose()?;
        let log = match value("ZHIPING_LOG", written.log).as_deref() {
            None | Some("text") => LogFormat::Text,
            Some("json") => LogFormat::Json,
            Some(_) => {
                return Err(ConfigError::Value { name: "ZHIPING_LOG", expected: "text or json" });
            }
        };
        let address = value("ZHIPING_SIGN_ON", written.sign_on);
        let sign_on = sign_on(address, value("ZHIPING_SIGN_ON_KEY", written.sign_on_key))?;
        let password_login = value("ZHIPING_PASSWORD_LOGIN", written.password_login);
        let password_login = password_login_of(password_login.as_deref(), sign_on.is_some())?;
        Ok(Self {
            sign_on,
            password_login,
            listen,
            data: value("ZHIPING_DATA", written.data).unwrap_or_else(|| "data".to_owned()).into(),
            database: value("DATABASE_URL", written.database_url).map(Into::into),
            url,
            font: value("ZHIPING_FONT", written.font).map(Into::into),
            smtp: value("SMTP_URL", written.smtp_url).map(Into::into),
            key: value("ZHIPING_KEY", written.key).map(Into::into),
            workflows: value("ZHIPING_WORKFLOWS", written.workflows).map(Into::into),
            log,
        })
    }

    /// The database to open.
    #[must_use]
    pub fn database_url(&self) -> String {
        match &self.database {
            Some(url) => url.expose().to_owned(),
            None => self.sqlite().to_string_lossy().into_owned(),
        }
    }

    /// The file of the embedded database.
    fn sqlite(&self) -> PathBuf {
        self.data.join("zhiping.sqlite")
    }

    /// Whether there may be data: a database elsewhere, or the file of one.
    #[must_use]
    pub fn has_data(&self) -> bool {
        self.database.is_some() || self.sqlite().is_file()
    }

    /// Whether people reach the site by https only.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.url.as_ref().is_some_and(|url| url.scheme() == "https")
    }

    /// The address people use, without a slash at its end.
    #[must_use]
    pub fn origin(&self) -> String {
        match &self.url {
            Some(url) => url.origin().ascii_serialization(),
            None => format!("http://{}", self.listen),
        }
    }
}

fn sign_on(address: Option<String>, key: Option<String>) -> Result<Option<SignOn>, ConfigError> {
    let Some(address) = address else { return Ok(None) };
    let fault = |name, expected| ConfigError::Value { name, expected };
    let address = Url::parse(&address).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let address = address.ok_or_else(|| fault("ZHIPING_SIGN_ON", "an address of a gateway"))?;
    let key = key.filter(|key| key.len() >= SIGN_ON_KEY);
    let expected = "at least 32 characters that the gateway shares";
    let key = key.ok_or_else(|| fault("ZHIPING_SIGN_ON_KEY", expected))?;
    Ok(Some(SignOn { address, key: key.into() }))
}

fn password_login_of(text: Option<&str>, has_sign_on: bool) -> Result<bool, ConfigError> {
    match text {
        None | Some("on") => Ok(true),
        Some("off") if has_sign_on => Ok(false),
        Some(_) => Err(ConfigError::Value {
            name: "ZHIPING_PASSWORD_LOGIN",
            expected: "on, or off where ZHIPING_SIGN_ON is set",
        }),
    }
}

fn public_url(text: &str) -> Result<Url, ConfigError> {
    const EXPECTED: &str = "an address such as https://zhiping.example.cn";
    let fault = || ConfigError::Value { name: "ZHIPING_URL", expected: EXPECTED };
    let url = Url::parse(text).map_err(|_| fault())?;
    if matches!(url.scheme(), "http" | "https") && url.path() == "/" && url.query().is_none() {
        Ok(url)
    } else {
        Err(fault())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)], file: Option<&str>) -> Result<Config, ConfigError> {
        let variable = |name: &str| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        };
        Config::read(variable, file)
    }

    #[test]
    fn nothing_need_be_set() {
        let config = read(&[], None).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.data, Path::new("data"));
        assert_eq!(config.database_url(), "data/zhiping.sqlite");
        assert_eq!(config.origin(), "http://127.0.0.1:8080");
        assert!(!config.is_https());
        assert_eq!(config.log, LogFormat::Text);
    }

    #[test]
    fn data_are_there_once_something_has_run() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_string_lossy();
        let config = read(&[("ZHIPING_DATA", path.as_ref())], None).unwrap();
        assert!(!config.has_data(), "an empty folder holds none");
        std::fs::write(folder.path().join("zhiping.sqlite"), "").unwrap();
        assert!(config.has_data());
        let elsewhere = [("ZHIPING_DATA", "/nowhere"), ("DATABASE_URL", "postgres://db/zhiping")];
        assert!(read(&elsewhere, None).unwrap().has_data(), "a database may hold some");
    }

    #[test]
    fn the_environment_goes_before_the_file() {
        let file = "listen: 0.0.0.0:80\ndata: /srv/zhiping\nurl: https://zhiping.example/\n";
        let config = read(&[("ZHIPING_LISTEN", "127.0.0.1:9000")], Some(file)).unwrap();
        assert_eq!(config.listen.port(), 9000);
        assert_eq!(config.data, Path::new("/srv/zhiping"));
        assert_eq!(config.origin(), "https://zhiping.example");
        assert!(config.is_https());
    }

    #[test]
    fn what_cannot_be_understood_is_named() {
        let say = |variables: &[(&str, &str)], file| {
            read(variables, file).expect_err("a fault").to_string()
        };
        assert!(say(&[("ZHIPING_LISTEN", "8080")], None).starts_with("ZHIPING_LISTEN is not"));
        assert!(say(&[("ZHIPING_URL", "zhiping.example")], None).starts_with("ZHIPING_URL"));
        let alone = say(&[("ZHIPING_PASSWORD_LOGIN", "off")], None);
        assert!(alone.contains("ZHIPING_SIGN_ON"), "nobody could sign in: {alone}");
        let short = [("ZHIPING_SIGN_ON", "https://sso.example"), ("ZHIPING_SIGN_ON_KEY", "short")];
        assert!(say(&short, None).starts_with("ZHIPING_SIGN_ON_KEY"));
        assert!(say(&[("ZHIPING_LOG", "xml")], None).starts_with("ZHIPING_LOG"));
        assert!(say(&[], Some("lissten: 1")).contains("lissten"));
    }

    #[test]
    fn passwords_in_addresses_are_not_printed() {
        let config = read(&[("DATABASE_URL", "postgres://u:geheim@db/zhiping")], None).unwrap();
        assert!(!format!("{config:?}").contains("geheim"));
        assert_eq!(config.database_url(), "postgres://u:geheim@db/zhiping");
    }
}
