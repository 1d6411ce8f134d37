//! Owns the layers of a site: the templates, static files and texts that are built into the
//! program, and the site's own over them, file by file.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ffi::OsStr;
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
    /// Whether it came with the program.
    pub is_built_in: bool,
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
        let taken = match entry {
            Ok(entry) => taken(&own, &entry),
            Err(error) => Err(Box::new(unreadable(&error))),
        };
        match taken {
            Ok(file) => files.extend(file),
            Err(fault) => report.push(*fault),
        }
    }
    files
}

/// A file of a layer with its name, if what was found in the folder is one.
fn taken(
    folder: &Path,
    entry: &disk::Entry,
) -> Result<Option<(String, LayerFile)>, Box<Diagnostic>> {
    let inside = inside(folder, &entry.path);
    if !is_part(inside) || entry.kind == Kind::Folder {
        return Ok(None);
    }
    let name = name_of(inside).map_err(|message| {
        let place = Place::start(entry.path.display().to_string());
        Box::new(Diagnostic::error(Code::BadFileName, place, message, "give it another name"))
    })?;
    if entry.kind != Kind::File {
        let message = "only regular files are taken, and links are not followed".to_owned();
        let hint = "put a copy of the file here instead";
        return Err(Box::new(fault(&entry.path, message, hint)));
    }
    let bytes = Cow::Owned(disk::read(&entry.path).map_err(|error| Box::new(unreadable(&error)))?);
    let label = entry.path.display().to_string();
    Ok(Some((name, LayerFile { label, bytes, is_built_in: false })))
}

/// The built-in files of a folder.
pub fn built_in(folder: &str) -> Layer {
    let name = |path: &'static str| path.strip_prefix(folder)?.strip_prefix('/');
    let files = EMBEDDED.iter().filter_map(|(path, bytes)| {
        let label = format!("(built in) {path}");
        let bytes = Cow::Borrowed(*bytes);
        Some((name(path)?.to_owned(), LayerFile { label, bytes, is_built_in: true }))
    });
    files.collect()
}

/// The files of each entry of a folder of the site, but of those with these names.
pub fn other_files(root: &Path, folder: &str, known: &[&str]) -> Vec<Vec<PathBuf>> {
    let own = root.join(folder);
    let is_known = |path: &Path| known.iter().any(|name| path.ends_with(name));
    let entries = disk::list(&own).flatten().filter(|entry| !is_known(&entry.path));
    let files = entries.map(|entry| {
        let below: Vec<disk::Entry> = disk::walk(&entry.path).flatten().collect();
        let all = std::iter::once(entry).chain(below);
        let files = all.filter(|entry| entry.kind != Kind::Folder).map(|entry| entry.path);
        files.filter(|file| is_part(inside(&own, file))).collect()
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

/// Whether a path inside a folder is part of its layer; hidden files such as `.gitkeep` or an
/// editor's are not.
pub fn is_part(inside: &Path) -> bool {
    let published = PUBLISHED.iter().find_map(|name| inside.strip_prefix(name).ok());
    !disk::is_hidden(published.unwrap_or(inside))
}

/// The name of a file in its layer. It becomes part of an address and of a line in a list of files,
/// so not every name that a file system takes can be one.
fn name_of(inside: &Path) -> Result<String, &'static str> {
    let parts: Option<Vec<&str>> = inside.iter().map(OsStr::to_str).collect();
    let name = parts.ok_or("the name of this file is not UTF-8")?.join("/");
    if name.contains(char::is_control) {
        return Err("the name of this file has a line feed or another control character in it");
    }
    if name.contains('\\') {
        return Err(
            "the name of this file has a backslash in it, which other systems take for `/`",
        );
    }
    Ok(name)
}

/// The path inside a folder.
fn inside<'path>(folder: &Path, path: &'path Path) -> &'path Path {
    path.strip_prefix(folder).unwrap_or(path)
}

fn unreadable(error: &disk::DiskError) -> Diagnostic {
    let hint = error.hint_about_machine().unwrap_or("make it readable, or remove it");
    fault(&error.path, error.to_string(), hint)
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
