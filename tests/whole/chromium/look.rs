//! What is done with every page that is shown: it must not scroll sideways, and where it has
//! something new it is examined by axe-core and its picture is kept.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{Mutex, OnceLock, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::json;

use super::{Chromium, Look};

/// The kinds of elements of the pages that were examined, by how they were seen: a page with other
/// words and more rows of kinds that all stood on such pages has nothing new to find.
static EXAMINED: Mutex<BTreeSet<(Look, String)>> = Mutex::new(BTreeSet::new());

/// How a page lies when one has come to its end, where the bar of decisions covers nothing: its
/// address, how far it scrolls sideways, and the kinds of its elements. A kind is an element, empty or
/// not, with its classes, styles and attributes at its place in the tree; a landmark is of another
/// kind where it stands several times. The levels of the headings in their order are a kind too, and
/// how many ids stand twice.
const LIE: &str = "
    window.scrollTo(0, document.documentElement.scrollHeight);
    const kinds = new Map();
    const landmarks = ['header', 'nav', 'main', 'aside', 'footer', 'section', 'form'];
    const own = ['class', 'type', 'role', 'rel', 'style'];
    const walk = (element, kind) => {
      const names = element.getAttributeNames().map(name => {
        const value = element.getAttribute(name);
        return own.includes(name) || value === '' ? name + '=' + value : name;
      });
      let filled = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
      const own_kind = element.localName + '[' + names.sort().join() + ']';
      for (const letter of own_kind) kind = Math.imul(kind ^ letter.codePointAt(0), 16777619);
      for (const child of element.children) filled = walk(child, kind) || filled;
      kind += filled ? '' : '!';
      const times = (kinds.get(kind) || 0) + 1;
      kinds.set(kind, landmarks.includes(element.localName) ? times : 1);
      return filled;
    };
    walk(document.documentElement, 0);
    const levels = [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => h.localName[1]);
    const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
    return {
      at: location.href,
      wide: document.documentElement.scrollWidth - window.innerWidth,
      kinds: [...kinds].map(([kind, count]) => kind + (count > 1 ? '+' : ''))
        .concat('h' + levels.join('').replace(/(.)\\1+/g, '$1'), '#' + (ids.length - new Set(ids).size)),
    };";

/// How a page lies, as [`LIE`] says it; `wide` in CSS pixels.
#[derive(Debug, Deserialize)]
struct Lie {
    at: String,
    wide: i64,
    kinds: Vec<String>,
}

impl Chromium {
    /// What is done with every page that is shown.
    pub(super) async fn look_at(&mut self) {
        if self.look.keys {
            return;
        }
        let lies = self.client.execute(LIE, Vec::new()).await.expect("the page is measured");
        let Lie { at, wide, kinds } = serde_json::from_value(lies).expect("how the page lies");
        if wide <= 0 && !self.is_new(kinds) {
            return;
        }
        if !self.look.scripts {
            self.set_scripts(true).await;
        }
        let mut faults = self.examine().await;
        if !self.look.scripts {
            self.set_scripts(false).await;
        }
        if wide > 0 {
            faults.push(format!("it scrolls sideways by {wide}"));
        }
        // Nobody looks at the pictures of a run without people, but for those of faults.
        if !faults.is_empty() || std::env::var_os("CI").is_none() {
            self.keep_picture().await;
        }
        assert!(faults.is_empty(), "axe on {at}:\n{}", faults.join("\n"));
    }

    /// Whether one of these kinds of elements was on no page that was seen this way before.
    fn is_new(&self, kinds: Vec<String>) -> bool {
        let mut examined = EXAMINED.lock().unwrap_or_else(PoisonError::into_inner);
        let before = examined.len();
        examined.extend(kinds.into_iter().map(|kind| (self.look, kind)));
        examined.len() > before
    }

    /// What axe-core finds: WCAG 2.2 A and AA, and its best practices.
    async fn examine(&self) -> Vec<String> {
        const RUN: &str = "const done = arguments[arguments.length - 1];
            const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
            axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })
               .then(found => done(found.violations.map(rule => rule.id + ': ' + rule.help + ' ' +
                     rule.nodes.map(node => node.html).join(' '))),
                     fault => done(['axe failed: ' + fault]));";
        self.client.execute(axe(), Vec::new()).await.expect("axe-core is injected");
        let found = self.client.execute_async(RUN, Vec::new()).await.expect("axe-core runs");
        let found = found.as_array().expect("a list").iter();
        found.map(|rule| rule.as_str().unwrap_or_default().to_owned()).collect()
    }

    async fn keep_picture(&mut self) {
        self.pictures += 1;
        let whole = json!({ "captureBeyondViewport": true, "optimizeForSpeed": true });
        let answer = self.devtools("Page.captureScreenshot", whole).await;
        let picture = answer["data"].as_str().unwrap_or_default();
        let look = self.look;
        let (theme, scripts) =
            (if look.dark { "-dark" } else { "" }, if look.scripts { "" } else { "-plain" });
        let (width, number) = (look.width, self.pictures);
        let name = format!("{}-{number:02}-{width}{theme}{scripts}.png", self.name);
        std::fs::write(pictures().join(name), STANDARD.decode(picture).expect("a picture"))
            .expect("a picture is kept");
    }
}

fn axe() -> &'static str {
    static SOURCE: OnceLock<String> = OnceLock::new();
    SOURCE.get_or_init(|| {
        let path = std::env::var("ZHIPING_TEST_AXE")
            .expect("ZHIPING_TEST_AXE names axe.min.js; `make test` fetches it");
        std::fs::read_to_string(path).expect("axe-core")
    })
}

/// The folder for pictures, beside the program.
fn pictures() -> PathBuf {
    beside("pictures")
}

/// A folder beside the program, for what people look at.
pub(crate) fn beside(name: &str) -> PathBuf {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_zhiping"));
    let folder = program.parent().and_then(|folder| folder.parent()).expect("the target folder");
    let folder = folder.join(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}
