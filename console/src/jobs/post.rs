//! The way mail leaves: an SMTP server, or by default a folder with one file per message.

use std::{
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use engine::calendar::Moment;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};

/// The whole of one sending; lettre's own timeout covers only the connection.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Where mail goes.
#[derive(Clone, Debug)]
pub struct Post {
    way: Way,
    from: Mailbox,
    /// How long a sending may take.
    patience: Duration,
}

#[derive(Clone, Debug)]
enum Way {
    Folder(PathBuf),
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
}

/// One message to one person.
#[derive(Clone, Copy, Debug)]
pub struct Mail<'a> {
    /// The same at every attempt, so that a repeat is known as one.
    pub id: &'a str,
    /// Whom.
    pub name: &'a str,
    /// Their address.
    pub address: &'a str,
    /// One line.
    pub subject: &'a str,
    /// Plain text.
    pub body: &'a str,
    /// When it was ordered.
    pub at: Moment,
}

/// A message that was not sent.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// The address, the name or the subject cannot be written into a header.
    #[error("the address, name or subject of the message cannot be used")]
    Unusable,
    /// The message cannot be built.
    #[error("the message cannot be built")]
    Message(#[from] lettre::error::Error),
    /// The mail server refused it or did not answer.
    #[error("the mail server did not take the message")]
    Server(#[from] lettre::transport::smtp::Error),
    /// The mail server took too long.
    #[error("the mail server did not answer within 30 seconds")]
    Silent,
    /// The folder cannot be written.
    #[error("the mailbox folder cannot be written")]
    Folder(#[from] std::io::Error),
}

impl PostError {
    /// Whether trying again is of no use.
    #[must_use]
    pub fn is_final(&self) -> bool {
        match self {
            Self::Unusable | Self::Message(_) => true,
            Self::Server(error) => error.is_permanent(),
            Self::Silent | Self::Folder(_) => false,
        }
    }
}

impl Post {
    /// Mail goes into a folder, which is made where it is missing.
    pub fn folder(folder: &Path) -> Result<Self, PostError> {
        std::fs::create_dir_all(folder)?;
        Ok(Self { way: Way::Folder(folder.to_owned()), from: sender(None)?, patience: TIMEOUT })
    }

    /// Mail goes to a server, by an address as lettre reads it
    /// (`smtps://user:password@host`, `smtp://host?tls=required`); `from` is the sender's address.
    pub fn smtp(address: &str, from: Option<&str>) -> Result<Self, PostError> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(address)?
            .timeout(Some(Duration::from_secs(10)))
            .build();
        Ok(Self { way: Way::Smtp(transport), from: sender(from)?, patience: TIMEOUT })
    }

    /// Sends one message; done means that the server, or the disk, has taken it.
    pub async fn send(&self, mail: Mail<'_>) -> Result<(), PostError> {
        let message = self.message(mail)?;
        match &self.way {
            Way::Folder(folder) => keep(folder, mail.id, message.formatted()).await?,
            Way::Smtp(transport) => {
                tokio::time::timeout(self.patience, transport.send(message))
                    .await
                    .map_err(|_| PostError::Silent)??;
            }
        }
        Ok(())
    }

    fn message(&self, mail: Mail<'_>) -> Result<Message, PostError> {
        let heads = [mail.id, mail.name, mail.address, mail.subject];
        if heads.iter().any(|head| head.chars().any(char::is_control)) {
            return Err(PostError::Unusable);
        }
        let address: Address = mail.address.parse().map_err(|_| PostError::Unusable)?;
        let sent_at = u64::try_from(mail.at.0).unwrap_or(0);
        Ok(Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(Some(mail.name.to_owned()), address))
            .message_id(Some(format!("<{}@{}>", mail.id, self.from.email.domain())))
            .date(SystemTime::UNIX_EPOCH + Duration::from_millis(sent_at))
            .subject(mail.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(mail.body.to_owned())?)
    }
}

fn sender(address: Option<&str>) -> Result<Mailbox, PostError> {
    let address = address.unwrap_or("zhiping@localhost");
    let email = address.parse().map_err(|_| PostError::Unusable)?;
    Ok(Mailbox::new(Some("职称申报评审".to_owned()), email))
}

/// Writes one message whole: a reader of the folder never sees half of one, and a repeat takes the
/// place of the first.
async fn keep(folder: &Path, id: &str, message: Vec<u8>) -> Result<(), std::io::Error> {
    let name: String = id
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' })
        .collect();
    let path = folder.join(format!("{name}.eml"));
    let growing = folder.join(format!(".{name}.{}", uuid::Uuid::new_v4().simple()));
    tokio::fs::write(&growing, message).await?;
    tokio::fs::rename(growing, path).await
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt as _;

    use super::*;

    fn mail<'a>(subject: &'a str, address: &'a str) -> Mail<'a> {
        Mail {
            id: "42.a01.c1",
            name: "测试一号",
            address,
            subject,
            body: "测试一号您好：\n\n请查看。",
            at: Moment(1_780_000_000_000),
        }
    }

    #[tokio::test]
    async fn a_repeated_message_is_one_file_with_one_message_id() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let post = Post::folder(folder.path()).expect("the post");
        for _ in 0..2 {
            post.send(mail("单位同意了您的绑定申请", "a01@example.org")).await.expect("sent");
        }
        let names: Vec<_> = std::fs::read_dir(folder.path())
            .expect("the folder")
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
            .collect();
        assert_eq!(names, ["42-a01-c1.eml"]);
        let text = std::fs::read_to_string(folder.path().join(&names[0])).expect("the message");
        assert!(text.contains("Message-ID: <42.a01.c1@localhost>"), "{text}");
        assert!(text.contains("a01@example.org"), "{text}");
    }

    #[tokio::test]
    async fn line_breaks_in_heads_are_refused_for_good() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let post = Post::folder(folder.path()).expect("the post");
        for bad in [
            mail("一\r\nBcc: b@example.org", "a01@example.org"),
            mail("一", "a01@example.org\r\nBcc: b@example.org"),
            mail("一", "no address"),
        ] {
            let refused = post.send(bad).await.expect_err("refused");
            assert!(refused.is_final(), "{refused}");
        }
    }

    #[tokio::test]
    async fn a_server_that_is_away_is_worth_another_try() {
        let post = Post::smtp("smtp://127.0.0.1:9", Some("zp@example.org")).expect("the post");
        let refused = post.send(mail("一", "a01@example.org")).await.expect_err("no server");
        assert!(!refused.is_final(), "{refused}");
    }

    /// It accepts the connection and says nothing, or greets and says nothing more.
    #[tokio::test]
    async fn a_server_that_falls_silent_is_left_and_tried_again() {
        for greeting in ["", "220 ready\r\n"] {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let port = listener.local_addr().expect("its address").port();
            let server = tokio::spawn(async move {
                let (mut connection, _) = listener.accept().await.expect("somebody comes");
                connection.write_all(greeting.as_bytes()).await.expect("greeted");
                std::future::pending::<()>().await;
            });
            let address = format!("smtp://127.0.0.1:{port}");
            let post = Post::smtp(&address, Some("zp@example.org")).expect("the post");
            let post = Post { patience: Duration::from_millis(300), ..post };
            let sent = tokio::time::timeout(
                Duration::from_secs(5),
                post.send(mail("一", "a01@example.org")),
            );
            let refused = sent.await.expect("it is not waited for").expect_err("nobody took it");
            assert!(matches!(refused, PostError::Silent) && !refused.is_final(), "{refused}");
            server.abort();
        }
    }
}
