//! A person without a mouse at Chromium: Tab, arrow keys, Space, Enter and typing, as key events of
//! the browser. What has the focus must be in sight and covered by nothing.

use std::time::{Duration, Instant};

use fantoccini::{
    Client,
    actions::{InputSource as _, KeyAction, KeyActions},
    elements::Element,
};
use serde_json::{Value, json};

const TAB: char = '\u{E004}';
const SHIFT: char = '\u{E008}';
const CONTROL: char = '\u{E009}';
const ENTER: char = '\u{E007}';
const DELETE: char = '\u{E017}';
const UP: char = '\u{E013}';
const DOWN: char = '\u{E015}';

/// How often the way is asked for again on one way to an element.
const MOST_WAYS: usize = 150;

/// How far it is from the focus to an element: how many presses of Tab may be made at once (of
/// Shift and Tab where negative), 0 on arrival. The parts of a day take a press each.
const WAY: &str = "
    const target = arguments[0], active = document.activeElement || document.body;
    const group = e => e.type === 'radio' && e.name ? e.name + '/' + (e.form ? e.form.id : '') : null;
    if (active === target || (group(active) && group(active) === group(target))) return 0;
    const stops = [...document.querySelectorAll('a[href], button:not(:disabled), ' +
      'input:not(:disabled):not([type=hidden]), select:not(:disabled), textarea:not(:disabled), ' +
      'summary, [tabindex=\"0\"]')].filter(e => {
        // What is folded away has a place, and no focus.
        if (e.tabIndex < 0 || !e.checkVisibility({visibilityProperty: true})) return false;
        if (!group(e)) return true;
        const all = [...document.querySelectorAll('input[type=radio]')].filter(o => group(o) === group(e));
        return e === (all.find(o => o.checked) || all[0]);
      });
    const before = e => e === active || active.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_PRECEDING;
    const stop = stops.find(e => e === target || (group(e) && group(e) === group(target)));
    if (!stop) return null;
    const here = stops.filter(before).length - 1, there = stops.indexOf(stop);
    const parted = e => e && e.tagName === 'INPUT' && ['date', 'month', 'datetime-local'].includes(e.type);
    if (parted(active)) return there < here ? -1 : 1;
    if (there < here || (there === here && active !== stop)) return -1;
    let steps = 1;
    while (here + steps < there && !parted(stops[here + steps])) steps += 1;
    return steps;";

/// Whether what has the focus is in sight: inside the window, and not below something that sticks.
const SIGHT: &str = "
    const target = document.activeElement, box = target.getBoundingClientRect();
    if (!box.width || !box.height) return 'has no size';
    const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
    const y = Math.max(box.top, 0) / 2 + Math.min(box.bottom, innerHeight) / 2;
    if (box.bottom <= 0 || box.top >= innerHeight) return 'is out of sight';
    const top = document.elementFromPoint(x, y), label = target.closest('label');
    const fits = !top || top === target || target.contains(top) || top.contains(target) ||
      (label && label.contains(top));
    return fits ? '' : 'is covered by ' + top.outerHTML.slice(0, 80);";

/// Where somebody stands who has just come to a page: the errors of a page that has some.
const BEGINS: &str = "
    const errors = document.querySelector('main .errors[role=alert]');
    return !errors || errors === document.activeElement;";

/// One keyboard.
pub(crate) struct Keyboard<'c>(pub(crate) &'c Client);

impl Keyboard<'_> {
    /// Follows a link or presses a button, and waits for the page that comes.
    pub(crate) async fn press(&self, element: &Element) {
        self.reach(element).await;
        self.run("document.documentElement.dataset.before = 'yes'", Vec::new()).await;
        let about = self.about(element).await;
        self.hit(&[ENTER], 1).await;
        let since = Instant::now();
        loop {
            let there = "return document.readyState === 'complete' && \
                         !document.documentElement.dataset.before";
            // Between two pages there is no document to ask.
            if self.0.execute(there, Vec::new()).await.is_ok_and(|there| there == json!(true)) {
                break;
            }
            assert!(since.elapsed() < Duration::from_secs(10), "Enter led nowhere: {about}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let begins = self.run(BEGINS, Vec::new()).await;
        assert_eq!(begins, json!(true), "the errors of a page have the focus");
    }

    /// Opens what is folded.
    pub(crate) async fn unfold(&self, summary: &Element) {
        self.reach(summary).await;
        self.hit(&[ENTER], 1).await;
    }

    /// Ticks a box, or goes to a radio button of its group.
    pub(crate) async fn tick(&self, control: &Element) {
        self.reach(control).await;
        let steps = "
            const target = arguments[0], all = [...document.querySelectorAll('input[type=radio]')]
              .filter(o => o.name === target.name && o.form === target.form && !o.disabled);
            return all.indexOf(target) - all.indexOf(document.activeElement);";
        let is_radio = control.attr("type").await.expect("a control").as_deref() == Some("radio");
        let steps = match is_radio {
            true => self.run(steps, vec![value(control)]).await.as_i64().expect("a number"),
            false => 0,
        };
        let key = if steps < 0 { UP } else { DOWN };
        self.hit(&[key], steps.unsigned_abs()).await;
        if !control.is_selected().await.expect("a box") {
            self.hit(&[' '], 1).await;
        }
        assert!(control.is_selected().await.expect("a box"), "it is ticked");
    }

    /// Goes to an option of a list.
    pub(crate) async fn choose(&self, select: &Element, option: &str) {
        self.reach(select).await;
        let steps = "return [...arguments[0].options].findIndex(o => o.value === arguments[1]) - \
                     arguments[0].selectedIndex";
        let steps = self.run(steps, vec![value(select), json!(option)]).await;
        let steps = steps.as_i64().expect("a number");
        self.hit(&[if steps < 0 { UP } else { DOWN }], steps.unsigned_abs()).await;
        assert_eq!(self.value(select).await, option, "the option is chosen");
    }

    /// Types over what stands in a field.
    pub(crate) async fn write(&self, control: &Element, text: &str) {
        self.reach(control).await;
        self.hit(&[CONTROL, 'a'], 1).await;
        self.hit(&[DELETE], 1).await;
        control.send_keys(text).await.expect("the field is filled");
        assert_eq!(self.value(control).await, text, "what was typed");
    }

    /// Moves the focus to an element, past the head of the page by the link that is there for it.
    pub(crate) async fn reach(&self, element: &Element) {
        let is_fresh = "const at = document.activeElement;
            return (!at || at === document.body) && document.getElementById('main').contains(arguments[0])";
        if self.run(is_fresh, vec![value(element)]).await == json!(true) {
            self.hit(&[TAB], 1).await;
            let is_skip = "return document.activeElement.matches('a.skip')";
            if self.run(is_skip, Vec::new()).await == json!(true) {
                self.hit(&[ENTER], 1).await;
            }
        }
        for _ in 0..MOST_WAYS {
            let way = self.run(WAY, vec![value(element)]).await;
            match way.as_i64() {
                Some(0) => {
                    let sight = self.run(SIGHT, Vec::new()).await;
                    assert_eq!(sight, json!(""), "{}", self.about(element).await);
                    return;
                }
                Some(steps) if steps > 0 => self.hit(&[TAB], steps.unsigned_abs()).await,
                Some(steps) => self.hit(&[SHIFT, TAB], steps.unsigned_abs()).await,
                None => panic!("Tab does not stop at {}", self.about(element).await),
            }
        }
        panic!("Tab does not come to {}", self.about(element).await);
    }

    async fn about(&self, element: &Element) -> String {
        element.html(false).await.unwrap_or_default()
    }

    async fn value(&self, control: &Element) -> String {
        let value = self.run("return arguments[0].value", vec![value(control)]).await;
        value.as_str().unwrap_or_default().to_owned()
    }

    /// Presses these keys together, so many times.
    pub(crate) async fn hit(&self, keys: &[char], times: u64) {
        if times == 0 {
            return;
        }
        let mut actions = KeyActions::new("keyboard".to_owned());
        for _ in 0..times {
            for key in keys {
                actions = actions.then(KeyAction::Down { value: *key });
            }
            for key in keys.iter().rev() {
                actions = actions.then(KeyAction::Up { value: *key });
            }
        }
        self.0.perform_actions(actions).await.expect("the keys are pressed");
    }

    async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.0.execute(script, arguments).await.expect("the browser answers")
    }
}

fn value(element: &Element) -> Value {
    serde_json::to_value(element.clone()).expect("an element")
}
