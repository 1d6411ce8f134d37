//! Owns the template engine: loading templates, rendering a page, minifying it, and turning the
//! engine's errors into diagnostics. It does not know which page it renders.

use serde::Serialize;
use tera::{Context, ErrorKind, Tera};

use crate::diag::{Code, Diagnostic, Place, Report};
use crate::overlay::Layer;
use crate::pages::{Frame, Page, View};
use crate::text;

/// Loaded templates, ready to render from many threads.
pub struct Templates {
    engine: Tera,
    labels: std::collections::BTreeMap<String, String>,
    minifier: Option<minify_html::Cfg>,
}

impl std::fmt::Debug for Templates {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Templates").field("labels", &self.labels).finish_non_exhaustive()
    }
}

impl Templates {
    /// Loads the templates of a layer. `None`: the report says which one is wrong.
    pub fn load(layer: &Layer, minify: bool, report: &mut Report) -> Option<Templates> {
        let labels = layer.iter().map(|(name, file)| (name.clone(), file.label.clone())).collect();
        let mut templates =
            Templates { engine: Tera::new(), labels, minifier: minify.then(minifier) };
        templates.engine.autoescape_on([".html"]);
        templates.engine.set_escape_fn(escape);
        let mut sources = Vec::with_capacity(layer.len());
        for (name, file) in layer {
            match std::str::from_utf8(&file.bytes) {
                Ok(source) => sources.push((name.as_str(), source)),
                Err(_) => report.push(Diagnostic::error(
                    Code::InvalidUtf8,
                    Place::start(&file.label),
                    "not UTF-8 text",
                    "save the template as UTF-8",
                )),
            }
        }
        if let Err(error) = templates.engine.add_raw_templates(sources) {
            report.push(templates.diagnostic(&error, Code::TemplateSyntax, ""));
            return None;
        }
        (!report.has(Code::InvalidUtf8)).then_some(templates)
    }

    /// Sets what all templates know as `site`.
    pub fn set_frame(&mut self, frame: &Frame) {
        self.engine.global_context().insert("site", frame);
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
        let context = context(page)
            .map_err(|error| Box::new(self.diagnostic(&error, Code::TemplateRendering, route)))?;
        let start = output.len();
        self.engine
            .render_to(Body::TEMPLATE, &context, &mut *output)
            .map_err(|error| Box::new(self.diagnostic(&error, Code::TemplateRendering, route)))?;
        if let Some(minifier) = &self.minifier {
            let minified = minify_html::minify(&output[start..], minifier);
            output.truncate(start);
            output.extend_from_slice(&minified);
        }
        Ok(())
    }

    fn diagnostic(&self, error: &tera::Error, code: Code, route: &str) -> Diagnostic {
        let on_page =
            if route.is_empty() { String::new() } else { format!(" (on the page {route})") };
        let hint = "docs/templates.md lists what each template is given";
        match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
                let label =
                    self.labels.get(report.filename()).map_or(report.filename(), String::as_str);
                let place = Place {
                    file: label.to_owned(),
                    line: report.span().start_line,
                    column: report.span().start_col + 1,
                };
                Diagnostic::error(
                    code,
                    place,
                    format!("{}{on_page}", text::visible(report.message())),
                    hint,
                )
            }
            _ => {
                let message = text::visible(&text::one_line(&error.to_string()));
                Diagnostic::error(
                    code,
                    Place::start("templates/"),
                    format!("{message}{on_page}"),
                    hint,
                )
            }
        }
    }
}

fn context<Body: View + Serialize>(page: &Page<Body>) -> Result<Context, tera::Error> {
    Context::from_serialize(page)
}

fn escape(text: &str, output: &mut dyn std::io::Write) -> std::io::Result<()> {
    text::escape_html(text, output)
}

/// Only what every reader of HTML agrees on: no attribute without a space before it, no closing
/// tag that a checker would miss.
fn minifier() -> minify_html::Cfg {
    minify_html::Cfg {
        keep_closing_tags: true,
        keep_html_and_head_opening_tags: true,
        keep_input_type_text_attr: true,
        ..minify_html::Cfg::default()
    }
}
