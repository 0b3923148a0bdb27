//! The text in which a workflow itself stands: the line that names it, and what is wrong where a draft
//! took that line away.

use engine::definition::{Diagnostic, Place, Severity};

use super::Work;

/// The workflow that a text defines, and the line that says so.
pub(super) fn key_of(text: &str) -> Option<(u32, &str)> {
    let mut lines = (1..).zip(text.lines());
    lines.find_map(|(number, line)| {
        let key = line.trim_start_matches('\u{feff}').strip_prefix("workflow:")?;
        let key = key.split(" #").next().unwrap_or_default().trim();
        Some((number, key.trim_matches(['"', '\''])))
    })
}

/// Why the draft would publish no version of this workflow: its text names another, or none.
pub(super) fn stray(work: &Work) -> Option<Diagnostic> {
    let own = work.own_file()?;
    let key = work.workflow.as_str();
    let name = &work.published.definition.name;
    let (line, message) = match key_of(work.text(&own)?) {
        Some((_, known)) if known == key => return None,
        Some((line, other)) => {
            let say = "键变了就是另一个流程，发布以后原来的流程不能再编辑";
            (line, format!("这里改的是流程「{name}」（{key}），文本写的是「{other}」：{say}"))
        }
        None => (1, format!("这个文件里应当是流程「{name}」的定义，现在没有 workflow: {key}")),
    };
    Some(Diagnostic {
        place: Place { file: own.into(), line, column: 1 },
        severity: Severity::Error,
        message,
        remedy: Some(format!("写回 workflow: {key}；另建流程要用另一个文件")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_names_a_workflow_is_found_however_it_is_written() {
        for line in
            ["workflow: loan", "workflow: \"loan\"", "workflow:  'loan' # 借", "workflow: loan "]
        {
            assert_eq!(key_of(&format!("# 设备\n{line}\nname: 借\n")), Some((2, "loan")), "{line}");
        }
        assert_eq!(key_of("- scenario: 一\n  workflow: loan\n"), None);
        assert_eq!(key_of("<script>alert(1)</script>"), None);
    }
}
