//! The fonts of documents: found on the machine or named by `ZHIPING_FONT`, parsed once, and asked
//! which characters they have. A rare character may come from a second font.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use printpdf::ParsedFont;

use super::wrap::Measure;

/// File names of fonts with Chinese characters, best first, each with its face for simplified
/// Chinese.
const KNOWN: [(&str, usize); 11] = [
    ("NotoSerifCJK-Regular.ttc", 2),
    ("NotoSerifCJKsc-Regular.otf", 0),
    ("SourceHanSerifSC-Regular.otf", 0),
    ("simsun.ttc", 0),
    ("Songti.ttc", 0),
    ("NotoSansCJK-Regular.ttc", 2),
    ("NotoSansCJKsc-Regular.otf", 0),
    ("SourceHanSansSC-Regular.otf", 0),
    ("uming.ttc", 0),
    ("msyh.ttc", 0),
    ("simsunb.ttf", 0),
];

/// Where systems keep fonts.
const FOLDERS: [&str; 6] = [
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
    "C:\\Windows\\Fonts",
    "/opt/fonts",
];
/// What stands for a character that no font has, best first: as compositors mark it.
const MARKS: [char; 2] = ['〓', '□'];
/// Folders in folders, so deep.
const DEPTH: usize = 4;

/// No font can be used, or none has what is needed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FontError {
    /// None was found.
    #[error("no font with Chinese characters was found")]
    None,
    /// The one that was named cannot be used.
    #[error("the font {0} cannot be used")]
    Unusable(PathBuf),
    /// No font has these characters.
    #[error("no font has {}", words(.0))]
    Missing(BTreeSet<char>),
}

impl FontError {
    /// What people are told: what is wrong and how to mend it.
    #[must_use]
    pub fn say(&self) -> String {
        const HOW: &str = "请管理员在服务器上安装中文字体（Debian：apt install fonts-noto-cjk），\
                           或用 ZHIPING_FONT 指定字体文件，再重新生成";
        match self {
            Self::None => format!("服务器上没有中文字体，不能生成 PDF。{HOW}。"),
            Self::Unusable(path) => {
                let name = path.display();
                format!("ZHIPING_FONT 指定的字体 {name} 不能使用，不能生成 PDF。{HOW}。")
            }
            Self::Missing(missing) => {
                format!("字体里没有这些字：{}，不能生成 PDF。{HOW}。", words(missing))
            }
        }
    }
}

/// Whether a character joins or colours little pictures (emoji) and is nothing by itself.
fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200D}' | '\u{20E3}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0020}'..='\u{E007F}' | '\u{1F3FB}'..='\u{1F3FF}')
}

/// Whether a font for Chinese need not have a character: neither Latin nor common Chinese, nor their marks.
fn is_rare(character: char) -> bool {
    let is_common = matches!(character,
        '\0'..='\u{24F}' | '\u{2000}'..='\u{22FF}' | '\u{2460}'..='\u{25FF}'
        | '\u{3000}'..='\u{30FF}' | '\u{4E00}'..='\u{9FA5}' | '\u{FF00}'..='\u{FFEF}');
    !is_common && !is_joiner(character)
}

fn words(missing: &BTreeSet<char>) -> String {
    let one = |character: &char| format!("「{character}」（U+{:04X}）", u32::from(*character));
    missing.iter().map(one).collect::<Vec<_>>().join("、")
}

/// The fonts, parsed when they are first needed.
#[derive(Debug, Default)]
pub struct Fonts {
    files: Vec<(PathBuf, usize)>,
    named: Option<PathBuf>,
    parsed: Vec<OnceLock<Option<Arc<Face>>>>,
}

/// One parsed font.
#[derive(Debug)]
pub(super) struct Face {
    pub(super) font: ParsedFont,
    em: f32,
    widths: Mutex<BTreeMap<char, f32>>,
}

impl Fonts {
    /// Finds the fonts; the named one comes first.
    #[must_use]
    pub fn find(named: Option<&Path>) -> Self {
        let folders: Vec<PathBuf> = FOLDERS.iter().map(PathBuf::from).collect();
        Self::find_in(named, &folders)
    }

    pub(in crate::documents) fn find_in(named: Option<&Path>, folders: &[PathBuf]) -> Self {
        let mut found = Vec::new();
        for folder in folders {
            collect(folder, DEPTH, &mut found);
        }
        found.sort();
        let known = KNOWN.iter().flat_map(|(name, face)| {
            let same = |path: &&PathBuf| path.file_name().is_some_and(|own| own == *name);
            found.iter().filter(same).map(|path| (path.clone(), *face))
        });
        let face = |path: &Path| {
            let name = path.file_name().unwrap_or_default();
            KNOWN.iter().find(|(known, _)| name == *known).map_or(0, |(_, face)| *face)
        };
        let named = named.map(Path::to_owned);
        let first = named.iter().map(|path| (path.clone(), face(path)));
        let files: Vec<(PathBuf, usize)> = first.chain(known).collect();
        let parsed = files.iter().map(|_| OnceLock::new()).collect();
        Self { files, named, parsed }
    }

    /// The faces that together have all of these characters, each with no more than it is needed
    /// for.
    pub(super) fn for_text<'t>(
        &self,
        texts: impl Iterator<Item = &'t str>,
    ) -> Result<FaceSet, FontError> {
        let mut missing: BTreeSet<char> =
            texts.flat_map(str::chars).filter(|character| *character != '\n').collect();
        if let Some(named) = &self.named
            && self.face(0).is_none()
        {
            return Err(FontError::Unusable(named.clone()));
        }
        let mut faces = Vec::new();
        for index in 0..self.files.len() {
            let Some(face) = self.face(index) else { continue };
            let before = missing.len();
            missing.retain(|character| !face.has(*character));
            if missing.len() < before || faces.is_empty() {
                faces.push(face);
            }
            if missing.is_empty() {
                break;
            }
        }
        if faces.is_empty() {
            return Err(FontError::None);
        }
        // A font without common characters is the wrong one. One rare character keeps nobody from his
        // document: it is marked, and the document says so.
        let unset: BTreeSet<char> = missing.extract_if(.., |it| is_rare(*it)).collect();
        missing.retain(|character| !is_joiner(*character));
        if missing.is_empty() {
            let has = |mark: &char| faces.iter().any(|face| face.has(*mark));
            let mark = MARKS.into_iter().find(has).unwrap_or('?');
            return Ok(FaceSet { faces, unset, mark });
        }
        Err(FontError::Missing(missing))
    }

    fn face(&self, index: usize) -> Option<Arc<Face>> {
        let (path, face) = self.files.get(index)?;
        self.parsed.get(index)?.get_or_init(|| Face::read(path, *face).map(Arc::new)).clone()
    }
}

fn collect(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        if path.is_dir() && depth > 0 {
            collect(&path, depth - 1, found);
        } else if path.is_file() {
            found.push(path);
        }
    }
}

impl Face {
    fn read(path: &Path, face: usize) -> Option<Self> {
        let bytes = std::fs::read(path).ok()?;
        let font = ParsedFont::from_bytes(&bytes, face, &mut Vec::new())?;
        let em = f32::from(font.font_metrics.units_per_em).max(1.0);
        Some(Self { font, em, widths: Mutex::default() })
    }

    pub(super) fn has(&self, character: char) -> bool {
        self.font.lookup_glyph_index(u32::from(character)).is_some_and(|glyph| glyph != 0)
    }
}

/// The faces of one document.
#[derive(Clone, Debug)]
pub(super) struct FaceSet {
    pub(super) faces: Vec<Arc<Face>>,
    /// Rare characters that none of them has.
    unset: BTreeSet<char>,
    /// What stands for each of these.
    mark: char,
}

impl FaceSet {
    /// The face in which a character is set.
    pub(super) fn index_for(&self, character: char) -> usize {
        self.faces.iter().position(|face| face.has(character)).unwrap_or(0)
    }

    /// What is set for a character; nothing for what only joins little pictures.
    pub(super) fn shown(&self, character: char) -> Option<char> {
        match self.unset.contains(&character) {
            true => Some(self.mark),
            false => Some(character).filter(|character| !is_joiner(*character)),
        }
    }

    /// What a document says of the characters that are marked in it.
    pub(super) fn note(&self) -> Option<String> {
        let code = |character: &char| format!("U+{:04X}", u32::from(*character));
        let codes = self.unset.iter().map(code).collect::<Vec<_>>().join("、");
        let say = format!("注：「{}」处的字（{codes}）字体里没有，以系统里保存的为准。", self.mark);
        (!self.unset.is_empty()).then_some(say)
    }
}

impl Measure for FaceSet {
    fn width(&self, character: char) -> f32 {
        let Some(character) = self.shown(character) else { return 0.0 };
        let Some(face) = self.faces.get(self.index_for(character)) else { return 1.0 };
        let mut widths = face.widths.lock().unwrap_or_else(PoisonError::into_inner);
        *widths.entry(character).or_insert_with(|| {
            let glyph = face.font.lookup_glyph_index(u32::from(character)).unwrap_or(0);
            f32::from(face.font.get_horizontal_advance(glyph)) / face.em
        })
    }
}
