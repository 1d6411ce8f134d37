//! Owns the layers of a site: the templates, static files and texts that are built into the
//! program, and the site's own over them, file by file.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::diag::{Code, Diagnostic, Place, Report};
use crate::disk::{self, Kind};

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// One file of a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerFile {
    /// The name that reports use.
    pub label: String,
    /// Its content.
    pub bytes: Cow<'static, [u8]>,
}

/// The files below a folder of the site, by their path inside it with `/` as separator.
pub type Layer = BTreeMap<String, LayerFile>;

/// The built-in files of a folder, with the site's own laid over them.
pub fn layer(root: &Path, folder: &str, report: &mut Report) -> Layer {
    let mut files = built_in(folder);
    let own = root.join(folder);
    match disk::kind(&own) {
        Ok(Kind::Folder) => {}
        Ok(Kind::Absent) => return files,
        // What was put here was meant to be part of the site.
        Ok(kind) => {
            let message = match kind {
                Kind::Link => "this is a link, and links are not followed",
                _ => "this is not a folder",
            };
            report.push(fault(&own, message.to_owned(), "put a folder here, or nothing"));
            return files;
        }
        // A folder that cannot be looked at is not one that is absent: its files would be missed.
        Err(error) => {
            report.push(fault(&own, error.to_string(), "make it readable"));
            return files;
        }
    }
    for entry in disk::walk(&own) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                report.push(fault(
                    &error.path,
                    error.to_string(),
                    "make it readable, or remove it",
                ));
                continue;
            }
        };
        let Some(name) = name_in(&own, &entry.path) else { continue };
        match entry.kind {
            Kind::Folder => {}
            Kind::File => match disk::read(&entry.path) {
                Ok(bytes) => {
                    let label = entry.path.display().to_string();
                    files.insert(name, LayerFile { label, bytes: Cow::Owned(bytes) });
                }
                Err(error) => report.push(fault(
                    &entry.path,
                    error.to_string(),
                    "make it readable, or remove it",
                )),
            },
            _ => {
                let message = "only regular files are taken, and links are not followed".to_owned();
                report.push(fault(&entry.path, message, "put a copy of the file here instead"));
            }
        }
    }
    files
}

/// The built-in files of a folder.
pub fn built_in(folder: &str) -> Layer {
    let inside = |path: &'static str| path.strip_prefix(folder)?.strip_prefix('/');
    let files = EMBEDDED.iter().filter_map(|(path, bytes)| {
        let label = format!("(built in) {path}");
        Some((inside(path)?.to_owned(), LayerFile { label, bytes: Cow::Borrowed(bytes) }))
    });
    files.collect()
}

/// The files of each entry of a folder of the site, but of those with these names.
pub fn other_files(root: &Path, folder: &str, known: &[&str]) -> Vec<Vec<PathBuf>> {
    let own = root.join(folder);
    let is_known = |path: &Path| known.iter().any(|name| path.ends_with(name));
    let entries = disk::list(&own).flatten().filter(|entry| !is_known(&entry.path));
    let files = entries.map(|entry| {
        let inside: Vec<disk::Entry> = disk::walk(&entry.path).flatten().collect();
        let all = std::iter::once(entry).chain(inside);
        let files = all.filter(|entry| entry.kind != Kind::Folder).map(|entry| entry.path);
        files.filter(|file| name_in(&own, file).is_some()).collect()
    });
    files.collect()
}

/// A built-in template as it was minified when the program was compiled.
pub fn minified(name: &str) -> Option<&'static str> {
    let (_, text) = MINIFIED.iter().find(|(found, _)| *found == name)?;
    Some(text)
}

/// Hidden files and folders that are published where they stand at the top.
const PUBLISHED: [&str; 3] = [".well-known", ".nojekyll", ".htaccess"];

/// The path inside a folder; hidden files such as `.gitkeep` or an editor's are no part of it.
fn name_in(folder: &Path, path: &Path) -> Option<String> {
    let inside = path.strip_prefix(folder).ok()?;
    let parts: Vec<Cow<'_, str>> = inside.iter().map(|part| part.to_string_lossy()).collect();
    let is_published = |at: usize, part: &str| at == 0 && PUBLISHED.contains(&part);
    let is_hidden = parts.iter().enumerate().any(|(at, part)| {
        (part.starts_with('.') && !is_published(at, part)) || part.ends_with('~')
    });
    (!is_hidden).then(|| parts.join("/"))
}

fn fault(path: &Path, message: String, hint: &str) -> Diagnostic {
    Diagnostic::error(Code::UnreadableFile, Place::start(path.display().to_string()), message, hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_template_is_there_minified_and_has_not_grown() {
        let templates = built_in("templates");
        assert_eq!(templates.len(), MINIFIED.len());
        for (name, file) in templates {
            let small = minified(&name).unwrap_or_else(|| panic!("{name} is not there"));
            assert!(small.len() <= file.bytes.len(), "{name} has grown");
        }
    }
}
