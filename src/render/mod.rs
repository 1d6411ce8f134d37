//! Owns the template engine: loading and minifying templates, rendering a page, and turning the
//! engine's errors into diagnostics. It does not know which page it renders.

mod advice;
mod code;
mod escaping;
mod moulds;
mod outline;
mod outliner;
mod parts;
mod pourable;
mod unread;

use std::cell::RefCell;
use std::sync::OnceLock;

use tera::{Context, ErrorKind, ReportError, Tera, Value};

use crate::diag::{self, Code, Diagnostic, Place, Report};
use crate::overlay::{self, Layer};
use crate::pages::{self, Frame, Page, View};
use crate::text;

use moulds::Moulds;
use outline::Outline;

/// What is named as the place of a fault that the engine finds in no single template.
const TEMPLATES: &str = "templates/";

/// Bytes of the longest piece of code that a fault quotes.
const LONGEST_CODE: usize = 120;

thread_local! {
    // The memory of one serves the next: a page has some thousand texts.
    static OUTLINE: RefCell<Outline> = RefCell::default();
}

/// A template on its way to the engine.
struct Source {
    name: String,
    /// As somebody wrote it, for the places of faults.
    written: String,
    /// As the engine has it, if it is one of ours and is to be minified.
    minified: Option<&'static str>,
}

impl Source {
    fn text(&self) -> &str {
        self.minified.unwrap_or(&self.written)
    }
}

/// Loaded templates, ready to render from many threads.
pub struct Templates {
    engine: Tera,
    labels: std::collections::BTreeMap<String, String>,
    sources: Vec<Source>,
    /// An engine of the templates as they are written, made when the first fault is looked for.
    plain: OnceLock<Option<Tera>>,
    frame: Context,
    /// Nothing, if the engine is to render every page.
    moulds: Option<Moulds>,
    can_be_poured: bool,
    are_built_in: bool,
}

impl std::fmt::Debug for Templates {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Templates").field("labels", &self.labels).finish_non_exhaustive()
    }
}

impl Templates {
    /// Loads the templates of a layer. `None`: the report says which one is wrong. With `minify`
    /// the built-in ones are taken as they were minified. Those of the site are left as they are:
    /// only the person who wrote them knows which of their spaces count.
    pub fn load(layer: &Layer, minify: bool, report: &mut Report) -> Option<Templates> {
        let labels = layer.iter().map(|(name, file)| (name.clone(), file.label.clone())).collect();
        let mut templates = Templates {
            engine: engine(),
            labels,
            sources: Vec::new(),
            plain: OnceLock::new(),
            frame: Context::new(),
            moulds: None,
            can_be_poured: false,
            are_built_in: layer.values().all(|file| file.is_built_in),
        };
        let sources = templates.sources_of(layer, report)?;
        templates.can_be_poured = pourable::are_all(&sources);
        let source = |(name, written): &(&str, &str)| Source {
            name: (*name).to_owned(),
            written: (*written).to_owned(),
            minified: overlay::minified(name)
                .filter(|_| minify && layer.get(*name).is_some_and(|file| file.is_built_in)),
        };
        templates.sources = sources.iter().map(source).collect();
        let texts = templates.sources.iter().map(|source| (&source.name, source.text()));
        if let Err(error) = templates.engine.add_raw_templates(texts) {
            templates.together(&error, report);
            return None;
        }
        Some(templates)
    }

    /// The templates as they are written. `None`: the report says which one is wrong.
    fn sources_of<'layer>(
        &self,
        layer: &'layer Layer,
        report: &mut Report,
    ) -> Option<Vec<(&'layer str, &'layer str)>> {
        let mut sources = Vec::with_capacity(layer.len());
        for (name, file) in layer {
            if let Some(fault) = diag::byte_order_mark(Place::start(&file.label), &file.bytes) {
                report.push(fault);
                continue;
            }
            match diag::utf8(&file.label, &file.bytes) {
                Ok(source) if source.trim().is_empty() && !file.is_built_in => {
                    report.push(advice::empty(&file.label));
                }
                Ok(source) => sources.push((name.as_str(), source)),
                Err(fault) => report.push(*fault),
            }
        }
        if sources.len() < layer.len() {
            self.each_alone(&sources, report);
            return None;
        }
        unread::check(layer, &sources, report);
        escaping::check(layer, &sources, report);
        // The built-in ones were tried when the program was compiled. What is wrong with others is
        // to have its place in the text as it is written.
        if !self.are_built_in
            && let Err(error) = engine().add_raw_templates(sources.clone())
        {
            if !self.each_alone(&sources, report) {
                self.together(&error, report);
            }
            return None;
        }
        Some(sources)
    }

    /// Reports what is wrong with each template by itself; together the engine names only the
    /// first. Answers whether there was anything.
    fn each_alone(&self, sources: &[(&str, &str)], report: &mut Report) -> bool {
        let mut found = false;
        for (name, source) in sources {
            let Err(error) = Tera::new().add_raw_template(name, source) else { continue };
            // What needs the other templates is missing here whether they are right or wrong.
            let stands_alone = |report: &ReportError| !report.message().contains("omponent");
            if matches!(error.kind(), ErrorKind::SyntaxError(report) if stands_alone(report)) {
                report.push(self.diagnostic(&error, Code::TemplateSyntax, TEMPLATES, ""));
                found = true;
            }
        }
        found
    }

    /// Reports what the engine says of all templates together: it lists unknown filters and
    /// components in one text, each with its place on a line that begins with an arrow.
    fn together(&self, error: &tera::Error, report: &mut Report) {
        let text = error.to_string();
        let mut message = "";
        let mut found = false;
        for line in text.lines().map(str::trim) {
            if let Some(rest) = line.strip_prefix("error: ") {
                message = rest;
            }
            let place = line.strip_prefix("--> ").and_then(|place| self.place_of(place));
            let Some(place) = place.filter(|_| !message.is_empty()) else { continue };
            let message = text::visible(message);
            let hint = advice::hint(&message, Code::TemplateSyntax);
            report.push(Diagnostic::error(Code::TemplateSyntax, place, message, hint));
            found = true;
        }
        if !found {
            report.push(self.diagnostic(error, Code::TemplateSyntax, TEMPLATES, ""));
        }
    }

    /// The place that `name:line:column` names.
    fn place_of(&self, text: &str) -> Option<Place> {
        let mut parts = text.rsplitn(3, ':');
        let (column, line, name) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Place {
            file: self.labels.get(name)?.clone(),
            line: line.parse().ok()?,
            column: column.parse().ok()?,
        })
    }

    /// Sets what all templates know as `site`.
    pub fn set_frame(&mut self, frame: &Frame) {
        self.frame.insert("site", frame);
        let parts = parts::rendered(&self.engine, &self.frame);
        // In a template of the site, what looks like a call may stand in a comment or as it is.
        let whole = |source: &Source| {
            let text = match source.minified {
                Some(minified) => parts::put_into(minified, &parts),
                None => source.written.clone(),
            };
            (source.name.clone(), text)
        };
        let texts: Vec<(String, String)> = self.sources.iter().map(whole).collect();
        let framed = |texts: &[(String, String)]| {
            let mut engine = engine_of(texts.iter().map(|(name, text)| (name, text)))?;
            *engine.global_context() = self.frame.clone();
            Some(engine)
        };
        let moulds = || self.can_be_poured.then(|| framed(&self.for_moulds(&texts))).flatten();
        let (moulds, framed) = rayon::join(moulds, || framed(&texts));
        self.moulds = moulds.map(Moulds::of);
        match framed {
            Some(engine) => self.engine = engine,
            None => *self.engine.global_context() = self.frame.clone(),
        }
    }

    /// The templates with stand-ins for those of parts.
    fn for_moulds(&self, texts: &[(String, String)]) -> Vec<(String, String)> {
        let mut texts = texts.to_vec();
        for component in pages::PART_COMPONENTS {
            let name = format!("components/{component}.html");
            let definition = self.engine.get_component_definition(component);
            let argument = definition.as_ref().and_then(|found| Some(found.args().first()?.name()));
            if let Some((_, text)) = texts.iter_mut().find(|(found, _)| *found == name) {
                *text = Moulds::stand_in(component, argument.unwrap_or_default(), text);
            }
        }
        texts
    }

    /// Renders a page to the end of a buffer. `route` is the address that a fault names.
    ///
    /// # Errors
    /// The fault of the template.
    pub fn render<Body: View>(
        &self,
        page: &Page<Body>,
        route: &str,
        output: &mut Vec<u8>,
    ) -> Result<(), Box<Diagnostic>> {
        let Some(moulds) = self.moulds.as_ref().filter(|_| Body::IS_ONE_OF_MANY) else {
            return self.show(page, route, output).map(|_| ());
        };
        OUTLINE.with_borrow_mut(|outline| {
            let outline = outline.take(Body::TEMPLATE, page).map(|()| &*outline);
            if outline.is_some_and(|outline| moulds.pour(outline, output)) {
                return Ok(());
            }
            let start = output.len();
            let values = self.show(page, route, output)?;
            if let Some(outline) = outline {
                moulds.learn(outline, &values, &output[start..]);
            }
            Ok(())
        })
    }

    /// Has a page shown by the engine. Answers what the engine was given.
    fn show<Body: View>(
        &self,
        page: &Page<Body>,
        route: &str,
        output: &mut Vec<u8>,
    ) -> Result<Value, Box<Diagnostic>> {
        let fault = |error: tera::Error| {
            Box::new(self.diagnostic(&error, Code::TemplateRendering, Body::TEMPLATE, route))
        };
        let values = Value::try_from_serializable(page).map_err(fault)?;
        let context = moulds::context(&values);
        let start = output.len();
        if let Err(error) = self.engine.render_to(Body::TEMPLATE, &context, &mut *output) {
            output.truncate(start);
            return Err(fault(self.error_in_sources(Body::TEMPLATE, &context).unwrap_or(error)));
        }
        Ok(values)
    }

    /// The same error with its place in the template as it is written.
    fn error_in_sources(&self, template: &str, context: &Context) -> Option<tera::Error> {
        if self.sources.iter().all(|source| source.minified.is_none()) {
            return None;
        }
        let plain = self.plain.get_or_init(|| {
            let written = self.sources.iter().map(|source| (&source.name, &source.written));
            let mut plain = engine_of(written)?;
            *plain.global_context() = self.frame.clone();
            Some(plain)
        });
        plain.as_ref()?.render(template, context).err()
    }

    fn start_of(&self, template: &str) -> Place {
        Place::start(self.labels.get(template).map_or(template, String::as_str))
    }

    /// The code that a report is about, if that does not quote any: of a variable that is not there
    /// it does not say which.
    fn code_at(&self, report: &ReportError) -> Option<String> {
        if report.message().contains('`') {
            return None;
        }
        let source = self.sources.iter().find(|source| source.name == report.filename())?;
        let text = &source.written;
        let range = &report.span().range;
        // The bracket that ends a key is not part of what the engine tells.
        let is_open = text.get(range.end..)?.starts_with(']');
        let code = text::one_line(text.get(range.start..range.end + usize::from(is_open))?);
        Some(format!(": `{}`", text::visible(&code))).filter(|_| code.len() <= LONGEST_CODE)
    }

    /// What an error says of a template, or of a page for which it is rendered.
    fn diagnostic(
        &self,
        error: &tera::Error,
        code: Code,
        template: &str,
        route: &str,
    ) -> Diagnostic {
        let on_page =
            if route.is_empty() { String::new() } else { format!(" (on the page {route})") };
        match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
                let label =
                    self.labels.get(report.filename()).map_or(report.filename(), String::as_str);
                let place = Place {
                    file: label.to_owned(),
                    line: report.span().start_line,
                    column: report.span().start_col + 1,
                };
                let message = text::visible(report.message());
                let code_there = self.code_at(report).unwrap_or_default();
                let hint = advice::hint(&message, code);
                Diagnostic::error(code, place, format!("{message}{code_there}{on_page}"), hint)
            }
            ErrorKind::MissingParent { current, parent } => {
                let message =
                    format!("it extends `{}`, which does not exist", text::visible(parent));
                let hint = "extend `base.html`, or put the missing file into `templates/`";
                Diagnostic::error(code, self.start_of(current), message, hint)
            }
            ErrorKind::CircularExtend { tpl, inheritance_chain: chain }
            | ErrorKind::CircularInclude { tpl, include_chain: chain } => {
                let chain = text::visible(&chain.join("`, `"));
                let message = format!("it extends or includes itself, by way of `{chain}`");
                let hint = "take one of the statements away that lead from each to the next";
                Diagnostic::error(code, self.start_of(tpl), message, hint)
            }
            _ => {
                let message = text::visible(&text::one_line(&error.to_string()));
                let place = self.start_of(template);
                let hint = advice::hint(&message, code);
                Diagnostic::error(code, place, format!("{message}{on_page}"), hint)
            }
        }
    }
}

/// An engine with templates. `None`: they have faults.
fn engine_of<Text: AsRef<str>>(sources: impl Iterator<Item = (Text, Text)>) -> Option<Tera> {
    let mut engine = engine();
    engine.add_raw_templates(sources).ok()?;
    Some(engine)
}

fn engine() -> Tera {
    let mut engine = Tera::new();
    engine.autoescape_on([".html"]);
    engine.set_escape_fn(text::escape_html);
    engine
}

// At work in build.rs; here it is only tested.
#[cfg(test)]
mod shrink;
