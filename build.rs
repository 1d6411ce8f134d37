//! Embeds the default templates, static files and texts in the program, the templates also
//! minified and the scripts only so, and fails the compile when one of them does not parse or
//! cannot be minified.

#![expect(clippy::disallowed_methods, reason = "the rooms of the program do not exist yet")]

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};
use std::{env, error::Error, fs};

use oxc_allocator::Allocator;
use oxc_codegen::{Codegen, CodegenOptions};
use oxc_minifier::{CompressOptions, MangleOptions, Minifier, MinifierOptions};
use oxc_parser::Parser;
use oxc_span::SourceType;

/// Part of the room that renders, but at work only here: what it needs is not in the program.
#[path = "src/render/shrink.rs"]
mod shrink;

/// The folders whose files are built in. The catalogue is not: it is the site's own.
const FOLDERS: &[&str] = &[
    "templates",
    "static",
    "content/attacks",
    "content/glossary",
    "content/pages",
    "content/categories",
    "content/risk",
];

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let mut code = String::from("static EMBEDDED: &[(&str, &[u8])] = &[\n");
    for folder in FOLDERS {
        println!("cargo::rerun-if-changed={folder}");
        for path in files_below(&root.join(folder))? {
            let inside = path.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
            if path.extension() == Some(OsStr::new("js")) {
                let script = small_script(&fs::read_to_string(&path)?)
                    .map_err(|fault| format!("{inside}: {fault}"))?;
                writeln!(code, "    ({inside:?}, {script:?}.as_bytes()),")?;
                continue;
            }
            writeln!(code, "    ({inside:?}, include_bytes!({:?})),", path.display().to_string())?;
        }
    }
    code.push_str("];\nstatic MINIFIED: &[(&str, &str)] = &[\n");
    for (name, text) in minified(&templates(&root.join("templates"))?)? {
        writeln!(code, "    ({name:?}, {text:?}),")?;
    }
    code.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("embedded.rs"), code)?;
    println!("cargo::rustc-env=POLICYPRESS_SOURCE={:016x}", source(&root)?);
    Ok(())
}

/// A script without comments and spaces, and with short names inside.
fn small_script(source: &str) -> Result<String, String> {
    let memory = Allocator::default();
    let parsed = Parser::new(&memory, source, SourceType::cjs()).parse();
    if let Some(fault) = parsed.errors.first() {
        return Err(fault.to_string());
    }
    let mut program = parsed.program;
    let options = MinifierOptions {
        mangle: Some(MangleOptions::default()),
        compress: Some(CompressOptions::safest()),
    };
    let small = Minifier::new(options).minify(&memory, &mut program);
    let codegen = Codegen::new().with_options(CodegenOptions::minify());
    Ok(codegen.with_scoping(small.scoping).build(&program).code)
}

/// A number for the program's own source: a page that another program made is not taken over.
fn source(root: &Path) -> Result<u64, Box<dyn Error>> {
    let mut hasher = DefaultHasher::new();
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rerun-if-changed=Cargo.lock");
    let files = files_below(&root.join("src"))?;
    for path in files.into_iter().chain([root.join("Cargo.lock")]) {
        hasher.write(&fs::read(path)?);
    }
    Ok(hasher.finish())
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry?;
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        if entry.file_type().is_file() && !is_hidden {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

type Template = (String, String);

/// The names and texts of the templates, which parse.
fn templates(folder: &Path) -> Result<Vec<Template>, Box<dyn Error>> {
    let mut templates = Vec::new();
    for path in files_below(folder)? {
        let name = path.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
        templates.push((name, fs::read_to_string(&path)?));
    }
    parse(&templates)?;
    Ok(templates)
}

/// The same templates minified, which parse, too.
fn minified(templates: &[Template]) -> Result<Vec<Template>, Box<dyn Error>> {
    let mut minified = Vec::new();
    for (name, text) in templates {
        let small = shrink::shrink(text).ok_or_else(|| {
            format!("the default template `{name}` is not written to be minified")
        })?;
        minified.push((name.clone(), small));
    }
    parse(&minified)?;
    Ok(minified)
}

fn parse(templates: &[Template]) -> Result<(), Box<dyn Error>> {
    let templates = templates.iter().map(|(name, text)| (name, text));
    let result = tera::Tera::new().add_raw_templates(templates);
    result.map_err(|error| format!("a default template is wrong:\n{error}").into())
}
