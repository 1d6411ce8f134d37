//! Owns static files: their list, and the names with their content's hash under which they are
//! published, so that a browser may keep them for ever. Style sheets name each other, and fonts and
//! pictures, by the names in `static/`, and are published with the others.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::diag::{self, Code, Diagnostic, Place, Places, Report};
use crate::digest;
use crate::overlay::Layer;
use crate::text;

/// Hexadecimal digits of the hash in a name.
const HASH_DIGITS: usize = 12;

/// Bytes of a part of a path that file systems take.
const LONGEST_PART: usize = 255;

/// Files that must keep their names, because programs look for exactly these: browsers, search
/// engines, and hosts for what they are told of domains, headers and redirections.
const FIXED_NAMES: &[&str] =
    &["favicon.ico", "robots.txt", "CNAME", ".nojekyll", "_headers", "_redirects", ".htaccess"];

/// What a style sheet says up to the end of an address: in `url( )`, or behind `@import`. Comments
/// and other strings are passed over whole.
static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?isx) /\*.*?(?:\*/|\z)
            | url\(\s* (?: "((?:[^"\\\n]|\\.)+)"? | '((?:[^'\\\n]|\\.)+)'? | ([^"')\s]+) )
            | @import\s* (?: "((?:[^"\\\n]|\\.)+)"? | '((?:[^'\\\n]|\\.)+)'? )
            | "(?:[^"\\\n]|\\.)*"? | '(?:[^'\\\n]|\\.)*'? | \\."#,
    )
    .ok()
});

/// A static file as it is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its name in `static/`.
    pub name: String,
    /// The name that reports use.
    pub label: String,
    /// Its path below the site's root, without a slash at the beginning.
    pub path: String,
    /// Its content.
    pub bytes: Cow<'static, [u8]>,
}

/// An address in a style sheet that is that of no static file, nor of another host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetLink {
    /// Where it stands.
    pub place: Place,
    /// The address up to a query or fragment, as it is written.
    pub address: String,
}

/// All static files of a site.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    files: Vec<Asset>,
    other_links: Vec<SheetLink>,
}

impl Assets {
    /// Gives every file of the layer its published name. Style sheets come to name other static
    /// files by theirs: `url(fonts/own.woff2)` is the address of a reader's browser, too.
    pub fn of(layer: Layer, report: &mut Report) -> Assets {
        let mut naming = Naming::of(&layer);
        for name in layer.keys() {
            naming.name(name);
        }
        let mut path = |name: &String| naming.paths.remove(name).flatten();
        let paths: Vec<String> =
            layer.keys().map(|name| path(name).unwrap_or_else(|| name.clone())).collect();
        let mut sheets = naming.sheets;
        let mut assets = Assets { other_links: naming.other_links, ..Assets::default() };
        for ((name, file), path) in layer.into_iter().zip(paths) {
            if path.split('/').any(|part| part.len() > LONGEST_PART) {
                let message = "with its hash, the published name has more than 255 bytes";
                let place = Place::start(&*file.label);
                let hint = "give it a shorter name";
                report.push(Diagnostic::error(Code::BadFileName, place, message, hint));
            }
            let meant = FIXED_NAMES.iter().find(|fixed| fixed.eq_ignore_ascii_case(&name));
            if let Some(meant) = meant.filter(|fixed| **fixed != name) {
                let message = format!("programs look for `{meant}`, and not for this name");
                let place = Place::start(&*file.label);
                let hint = "write the name in exactly these letters";
                report.push(Diagnostic::error(Code::UnreadContent, place, message, hint));
            }
            if is_sheet(&name)
                && let Err(fault) = diag::utf8(&file.label, &file.bytes)
            {
                report.push(*fault);
            }
            let sheet = sheets.remove(&name);
            let bytes = sheet.map_or(file.bytes, |sheet| Cow::Owned(sheet.into_bytes()));
            assets.files.push(Asset { name, label: file.label, path, bytes });
        }
        assets
    }

    /// All files, in the order of their names in `static/`.
    pub fn files(&self) -> &[Asset] {
        &self.files
    }

    /// What the style sheets name on this host besides static files.
    pub fn other_links(&self) -> &[SheetLink] {
        &self.other_links
    }
}

/// Whether a file is a style sheet, by its name.
fn is_sheet(name: &str) -> bool {
    text::has_ending(name, &["css"])
}

/// How files get their names. That of a style sheet depends on those of the files that it names.
struct Naming<'layer> {
    layer: &'layer Layer,
    /// The published paths by the names in `static/`; nothing for a style sheet that is on the way.
    paths: BTreeMap<String, Option<String>>,
    /// Style sheets as they are published.
    sheets: BTreeMap<String, String>,
    other_links: Vec<SheetLink>,
}

/// A style sheet that is on the way: it gets its name after those that it names.
struct Begun {
    name: String,
    /// Of what it names, that which was not looked at yet, the last first.
    left: Vec<String>,
}

impl<'layer> Naming<'layer> {
    fn of(layer: &'layer Layer) -> Naming<'layer> {
        let (paths, sheets) = (BTreeMap::new(), BTreeMap::new());
        Naming { layer, paths, sheets, other_links: Vec::new() }
    }

    /// Gives a file its path, and before it the files that it names. There can be any number of
    /// style sheets on the way, of which each names the next.
    fn name(&mut self, name: &str) {
        let mut way: Vec<Begun> = self.begin(name).into_iter().collect();
        while let Some(last) = way.last_mut() {
            if let Some(next) = last.left.pop() {
                way.extend(self.begin(&next));
            } else if let Some(Begun { name, .. }) = way.pop() {
                let sheet = self.with_published_names(&name);
                let path = fingerprinted(&name, sheet.as_bytes());
                self.paths.insert(name.clone(), Some(path));
                self.sheets.insert(name, sheet);
            }
        }
    }

    /// Gives a file its path, unless it has one or is a style sheet, which has to be gone through.
    fn begin(&mut self, name: &str) -> Option<Begun> {
        let file = self.layer.get(name).filter(|_| !self.paths.contains_key(name))?;
        let sheet = self.sheet(name);
        let path = match sheet {
            Some(_) => None,
            None if has_fixed_name(name) => Some(name.to_owned()),
            None => Some(fingerprinted(name, &file.bytes)),
        };
        self.paths.insert(name.to_owned(), path);
        let found = ADDRESS.as_ref()?.captures_iter(sheet?);
        let mut left: Vec<String> = found.filter_map(|found| self.named(name, &found)).collect();
        left.reverse();
        Some(Begun { name: name.to_owned(), left })
    }

    /// The text of a style sheet whose name depends on it.
    fn sheet(&self, name: &str) -> Option<&'layer str> {
        let file = self.layer.get(name).filter(|_| is_sheet(name) && !has_fixed_name(name))?;
        std::str::from_utf8(&file.bytes).ok()
    }

    /// The file that an address in a style sheet names.
    fn named(&self, sheet: &str, found: &Captures<'_>) -> Option<String> {
        let folder = sheet.rsplit_once('/').map_or("", |(folder, _)| folder);
        let address = found.iter().skip(1).flatten().next()?;
        let (path, _) = split_path(address.as_str());
        joined(folder, &text::percent_decode(path)).filter(|named| self.layer.contains_key(named))
    }

    /// A style sheet in which the addresses of static files lead to where they are published.
    fn with_published_names(&mut self, name: &str) -> String {
        let sheet = self.sheet(name).unwrap_or_default();
        let way_up = "../".repeat(name.split('/').filter(|part| !part.is_empty()).count());
        let mut places = Places::of(self.layer.get(name).map_or(name, |file| &file.label), sheet);
        let mut other_links = Vec::new();
        let mut published = |found: &Captures<'_>| {
            let whole = found.get(0)?;
            let address = found.iter().skip(1).flatten().next()?;
            let (path, rest) = split_path(address.as_str());
            let named = self.named(name, found);
            if named.is_none() && is_on_this_host(path) {
                let place = places.at(address.start());
                other_links.push(SheetLink { place, address: path.to_owned() });
            }
            let path = self.paths.get(&named?)?.as_ref()?;
            let before = sheet.get(whole.start()..address.start())?;
            let after = sheet.get(address.end()..whole.end())?;
            Some(format!("{before}{way_up}{path}{rest}{after}"))
        };
        let replaced = |found: &Captures<'_>| published(found).unwrap_or_else(|| found[0].into());
        let sheet = match ADDRESS.as_ref() {
            Some(address) => address.replace_all(sheet, replaced).into_owned(),
            None => sheet.to_owned(),
        };
        self.other_links.extend(other_links);
        sheet
    }
}

/// Whether a file keeps its name.
fn has_fixed_name(name: &str) -> bool {
    FIXED_NAMES.contains(&name) || name.starts_with(".well-known/")
}

/// Whether the path of an address leads to this host. What has escapes is not looked into.
fn is_on_this_host(path: &str) -> bool {
    let is_elsewhere = path.starts_with("//") || path.contains([':', '\\']);
    !path.is_empty() && !is_elsewhere
}

/// An address as its path and what follows that.
fn split_path(address: &str) -> (&str, &str) {
    address.split_at(address.find(['?', '#']).unwrap_or(address.len()))
}

/// The name below `static/` of what a path in a folder leads to. `None`: it leads elsewhere.
fn joined(folder: &str, path: &str) -> Option<String> {
    if path.is_empty() || path.starts_with('/') || path.contains(':') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => _ = parts.pop()?,
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// `css/site.css` becomes `assets/css/site-<hash>.css`. What an address cannot hold as it is, such
/// as a space or `#`, becomes a hyphen, so that a template need not know of it.
fn fingerprinted(name: &str, bytes: &[u8]) -> String {
    let hash = digest::short(bytes, HASH_DIGITS);
    let name = name.replace(is_reserved, "-");
    let folder_end = name.rfind('/').map_or(0, |at| at + 1);
    let (folder, file) = name.split_at(folder_end);
    match file.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => {
            format!("assets/{folder}{stem}-{hash}.{ending}")
        }
        _ => format!("assets/{folder}{file}-{hash}"),
    }
}

/// Whether a character of ASCII may mean something else in an address than itself.
fn is_reserved(character: char) -> bool {
    character.is_ascii() && !character.is_ascii_alphanumeric() && !"-._~/".contains(character)
}

#[cfg(test)]
mod tests {
    use super::{Assets, fingerprinted};
    use crate::diag::Report;
    use crate::overlay::{Layer, LayerFile};

    fn layer(files: &[(&str, &'static str)]) -> Layer {
        let file = |(name, text): &(&str, &'static str)| {
            let bytes = text.as_bytes().into();
            ((*name).to_owned(), LayerFile { label: String::new(), bytes, is_built_in: false })
        };
        files.iter().map(file).collect()
    }

    /// The published path of a file, and its text.
    fn published<'assets>(assets: &'assets Assets, name: &str) -> (&'assets str, &'assets str) {
        let file = assets.files().iter().find(|file| file.name == name).unwrap();
        (&file.path, std::str::from_utf8(&file.bytes).unwrap())
    }

    #[test]
    fn what_stands_in_a_string_of_a_style_sheet_is_no_comment_and_no_address() {
        let sheet = r#"[accept="image/*"] { background: url("css/i.png"); }
            .a::after { content: "url(css/i.png) \" /*"; background: url(none.png) }"#;
        let assets = Assets::of(layer(&[("a.css", sheet), ("css/i.png", "i")]), &mut Report::new());
        let shown = published(&assets, "a.css").1;
        let path = published(&assets, "css/i.png").0;
        assert!(shown.contains(&format!(r#"url("../{path}")"#)), "{shown}");
        assert!(shown.contains(r#"content: "url(css/i.png) \" /*""#), "{shown}");
        let sheet = r".before\:content-\[\'\'\]:before{content:''}.b{background:url('b.png')}.c{d:url('it\'s.png')}.e{f:url(b.png)}";
        let tailwind = Assets::of(layer(&[("a.css", sheet), ("b.png", "b")]), &mut Report::new());
        let path = published(&tailwind, "b.png").0;
        let shown = published(&tailwind, "a.css").1;
        assert!(shown.contains(&format!("url('../{path}')")), "{shown}");
        assert!(shown.contains(&format!("url(../{path})")), "{shown}");
        let left: Vec<_> = assets.other_links().iter().map(|link| link.address.as_str()).collect();
        assert_eq!(left, ["none.png"]);
    }

    #[test]
    fn a_style_sheet_names_other_files_as_they_are_published() {
        let files = [
            ("a.css", "@import 'css/b.css'; @import url(css/b.css);"),
            (
                "css/b.css",
                "/* url(../f.woff2) */ @font-face { src: url( \"../f.woff2#x\" ) }\n\
                 a { background: url(i.png?1), url(./absent.png), url(/i.png), url(data:x) }",
            ),
            ("css/i.png", "i"),
            ("f.woff2", "f"),
            ("favicon.ico", "x"),
        ];
        let assets = Assets::of(layer(&files), &mut Report::new());
        let path = |name: &str| published(&assets, name).0;
        let expected = format!(
            "/* url(../f.woff2) */ @font-face {{ src: url( \"../../{}#x\" ) }}\n\
             a {{ background: url(../../{}?1), url(./absent.png), url(/i.png), url(data:x) }}",
            path("f.woff2"),
            path("css/i.png"),
        );
        assert_eq!(published(&assets, "css/b.css").1, expected);
        let sheet = path("css/b.css");
        assert_eq!(
            published(&assets, "a.css").1,
            format!("@import '../{sheet}'; @import url(../{sheet});")
        );
    }

    #[test]
    fn the_name_of_a_style_sheet_changes_with_what_it_names() {
        let of = |font| {
            let files = [("a.css", "@import \"b.css\""), ("b.css", "a{b:url(f)}"), ("f", font)];
            published(&Assets::of(layer(&files), &mut Report::new()), "a.css").0.to_owned()
        };
        assert_eq!(of("1"), of("1"));
        assert_ne!(of("1"), of("2"));
    }

    #[test]
    fn of_style_sheets_that_import_each_other_the_last_keeps_its_import() {
        let files = [("a.css", "@import 'b.css'"), ("b.css", "@import 'a.css'; @import 'b.css'")];
        let assets = Assets::of(layer(&files), &mut Report::new());
        // One of them has to be named first, and then the other has no name yet.
        let (path, text) = published(&assets, "b.css");
        assert_eq!(text, files[1].1);
        assert_eq!(published(&assets, "a.css").1, format!("@import '../{path}'"));
    }

    #[test]
    fn style_sheets_of_which_each_imports_the_next_can_be_very_many() {
        let sheet = |at: usize| (format!("{at:05}.css"), format!("@import '{:05}.css'", at + 1));
        let file = |text: String| LayerFile {
            label: String::new(),
            bytes: text.into_bytes().into(),
            is_built_in: false,
        };
        let layer = (0..20_000).map(sheet).map(|(name, text)| (name, file(text))).collect();
        let assets = Assets::of(layer, &mut Report::new());
        let second = published(&assets, "00001.css").0;
        assert_eq!(published(&assets, "00000.css").1, format!("@import '../{second}'"));
    }

    #[test]
    fn a_name_becomes_one_that_an_address_can_hold() {
        let name = fingerprinted("a b/100%?#\"é.png", b"a");
        let rest = name.strip_prefix("assets/a-b/100----é-").unwrap_or_default();
        assert_eq!(rest.len(), super::HASH_DIGITS + ".png".len(), "{name}");
    }

    #[test]
    fn the_hash_stands_before_the_ending() {
        let name = fingerprinted("css/site.css", b"a");
        let hash = name.strip_prefix("assets/css/site-").and_then(|rest| rest.strip_suffix(".css"));
        assert_eq!(hash.map(str::len), Some(super::HASH_DIGITS), "{name}");
        assert_ne!(name, fingerprinted("css/site.css", b"b"));
    }
}
