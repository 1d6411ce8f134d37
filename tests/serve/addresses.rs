//! What stands at which address, and with which headers.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::{Preview, as_published};
use crate::support::{TestSite, record, repository, run_in, tree};

/// The address under which a published file is found.
fn address(file: &str, style: &str, base: &str) -> String {
    let page = match style {
        _ if file == "404.html" => file,
        "directory" => file.strip_suffix("index.html").unwrap_or(file),
        _ if file == "index.html" => "",
        _ => file.strip_suffix(".html").unwrap_or(file),
    };
    format!("{base}/{page}")
}

#[test]
fn what_is_previewed_is_what_a_build_writes() {
    let root = repository();
    let work = tempfile::TempDir::new().unwrap();
    let out = work.path().join("site");
    let run = run_in(root, &["build", "--out", out.to_str().unwrap()], &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let files = tree(&out);
    let preview = Preview::of(root, &[]);
    let step = files.len() / 300;
    let mut compared = 0;
    for (file, bytes) in files.iter().step_by(step).filter(|(file, _)| !file.starts_with('.')) {
        let answer = preview.get(&address(file, "directory", ""));
        assert_eq!(answer.status, 200, "{file}");
        assert!(as_published(&answer.body) == *bytes, "{file} differs");
        let is_page = Path::new(file).extension().is_some_and(|ending| ending == "html");
        assert_eq!(answer.body != *bytes, is_page, "{file}: the script belongs to pages only");
        compared += 1;
    }
    assert!(compared >= 200, "{compared} files compared");
    let written = String::from_utf8_lossy(&files["index.html"]).into_owned();
    assert!(!written.contains("__policypress"), "the script is in the built site");
}

fn small_site(settings: &str) -> TestSite {
    let site = TestSite::with_record();
    site.write("site.toml", &format!("title = \"Test\"\n{settings}"));
    site.write("static/note.txt", "a note");
    site
}

#[test]
fn every_file_of_both_styles_below_a_path_is_that_of_a_build() {
    for style in ["directory", "file"] {
        let site = small_site(&format!(
            "base_url = \"https://example.org/deep/mcp/\"\nurl_style = \"{style}\"\n"
        ));
        site.build();
        let preview = Preview::of(&site.path(""), &[]);
        for (file, bytes) in site.public() {
            if file == ".policypress-manifest" {
                continue;
            }
            let target = address(&file, style, "/deep/mcp");
            let answer = preview.get(&target);
            assert_eq!(answer.status, 200, "{target}");
            assert!(as_published(&answer.body) == bytes, "{style}: {file} differs");
        }
    }
}

#[test]
fn other_ways_to_write_an_address_lead_to_the_right_one() {
    // What is asked for, and where that leads below the path of the site; "=" answers, "-" is 404.
    let cases = [
        // asked                      directory            file
        ("/tools/one/look/", "=", "/tools/one/look"),
        ("/tools/one/look", "/tools/one/look/", "="),
        ("/tools/one/look.html", "/tools/one/look/", "/tools/one/look"),
        ("/tools/one/look/index.html", "/tools/one/look/", "/tools/one/look"),
        ("/tools/one/look/index", "/tools/one/look/", "/tools/one/look"),
        ("/tools/one/look?from=mail&x=1", "/tools/one/look/?from=mail&x=1", "="),
        ("/tools/one/l%6fok/", "=", "/tools/one/look"),
        ("/", "=", "="),
        ("/index.html", "/", "/"),
        ("/index", "/", "/"),
        ("/tools", "/tools/", "="),
        ("/tools/", "=", "/tools"),
        ("/robots.txt", "=", "="),
        ("/404.html", "=", "="),
        ("/policies/one/policy.json", "=", "="),
        ("/robots.txt/", "-", "-"),
        ("/policies/one/policy.json/", "-", "-"),
        ("/policies/one/policy", "-", "-"),
        ("/tools/one/look//", "-", "-"),
        ("//tools/one/look/", "-", "-"),
        ("/tools/one/LOOK/", "-", "-"),
        ("/tools/one/missing/", "-", "-"),
        ("/public/index.html", "-", "-"),
        ("/site.toml", "-", "-"),
        ("/.policypress-manifest", "-", "-"),
    ];
    for (column, style) in ["directory", "file"].into_iter().enumerate() {
        for base in ["", "/mcp"] {
            let site = small_site(&format!(
                "base_url = \"https://example.org{base}/\"\nurl_style = \"{style}\"\n"
            ));
            let preview = Preview::of(&site.path(""), &[]);
            for case in cases {
                let expected = [case.1, case.2][column];
                let answer = preview.get(&format!("{base}{}", case.0));
                let found = match answer.status {
                    200 => "=",
                    404 => "-",
                    307 => answer.header("location").strip_prefix(base).unwrap(),
                    other => panic!("{}: {other}", case.0),
                };
                assert_eq!(found, expected, "{style}, below `{base}`: {}", case.0);
            }
        }
    }
}

#[test]
fn the_root_and_the_path_without_its_slash_lead_to_a_site_below_a_path() {
    let site = small_site("base_url = \"https://example.org/mcp/\"\n");
    let preview = Preview::of(&site.path(""), &[]);
    for asked in ["/", "/mcp"] {
        let answer = preview.get(asked);
        assert_eq!((answer.status, answer.header("location")), (307, "/mcp/"), "{asked}");
    }
    assert_eq!(preview.get("/tools/").status, 404, "only what is below the path is the site's");
    assert_eq!(preview.get("/mcpx/tools/").status, 404);
}

#[test]
fn a_missing_page_is_the_404_page_of_the_site() {
    let site = small_site("base_url = \"https://example.org/\"\n");
    site.build();
    let preview = Preview::of(&site.path(""), &[]);
    let answer = preview.get("/nowhere/");
    assert_eq!(answer.status, 404);
    assert_eq!(as_published(&answer.body), site.public()["404.html"]);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(answer.header("etag"), "", "what is not there has no tag");
}

#[test]
fn a_client_that_has_a_file_is_told_so() {
    let site = TestSite::with_record();
    let preview = Preview::of(&site.path(""), &[]);
    for target in ["/", "/robots.txt", "/__policypress/live.js"] {
        let first = preview.get(target);
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with('"') && tag.len() > 10, "{target}: {tag}");
        for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".into()] {
            let again = preview.request("GET", target, &[("If-None-Match", &known)]);
            assert_eq!((again.status, again.body.len()), (304, 0), "{target}: {known}");
            assert_eq!(again.header("etag"), tag);
        }
        let other = preview.request("GET", target, &[("If-None-Match", "\"other\"")]);
        assert_eq!((other.status, other.body), (200, first.body), "{target}");
    }
}

#[test]
fn head_answers_as_get_does_without_the_bytes() {
    let site = TestSite::with_record();
    let preview = Preview::of(&site.path(""), &[]);
    for target in ["/", "/robots.txt", "/tools", "/nowhere/"] {
        let (get, head) = (preview.get(target), preview.request("HEAD", target, &[]));
        assert_eq!((head.status, head.body.len()), (get.status, 0), "{target}");
        for name in ["content-length", "content-type", "etag", "location"] {
            assert_eq!(head.header(name), get.header(name), "{target}: {name}");
        }
        assert_eq!(get.header("content-length"), get.body.len().to_string(), "{target}");
    }
}

#[test]
fn every_kind_of_file_has_its_content_type() {
    let site = TestSite::with_record();
    for name in ["a.css", "a.js", "a.svg", "a.png", "a.woff2", "a.webmanifest", "a", "favicon.ico"]
    {
        site.write(&format!("static/kinds/{name}"), name);
    }
    site.build();
    let preview = Preview::of(&site.path(""), &[]);
    let expected = BTreeMap::from([
        ("html", "text/html; charset=utf-8"),
        ("json", "application/json; charset=utf-8"),
        ("xml", "text/xml; charset=utf-8"),
        ("txt", "text/plain; charset=utf-8"),
        ("css", "text/css; charset=utf-8"),
        ("js", "text/javascript; charset=utf-8"),
        ("svg", "image/svg+xml"),
        ("png", "image/png"),
        ("ico", "image/x-icon"),
        ("woff2", "font/woff2"),
        ("webmanifest", "application/manifest+json"),
        ("bin", "application/octet-stream"),
        ("", "application/octet-stream"),
    ]);
    let mut seen = std::collections::BTreeSet::new();
    for file in site.public().keys().filter(|file| *file != ".policypress-manifest") {
        let ending = Path::new(file).extension().map_or("", |ending| ending.to_str().unwrap());
        if let Some(kind) = expected.get(ending) {
            let answer = preview.get(&address(file, "directory", ""));
            assert_eq!(answer.header("content-type"), *kind, "{file}");
            seen.insert(ending.to_owned());
        }
    }
    assert_eq!(seen.len(), expected.len(), "not all kinds were met: {seen:?}");
}

#[test]
fn a_path_with_escapes_is_served_and_checked() {
    let site = small_site("base_url = \"https://example.org/our%20tools/%C3%BC/\"\n");
    let run = site.run(&["check"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let preview = Preview::of(&site.path(""), &[]);
    let base = "/our%20tools/%C3%BC";
    for asked in ["/", base] {
        let answer = preview.get(asked);
        assert_eq!((answer.status, answer.header("location")), (307, &*format!("{base}/")));
    }
    for path in ["/", "/policies/", "/search/words.bin", "/__policypress/live.js"] {
        assert_eq!(preview.get(&format!("{base}{path}")).status, 200, "{path}");
    }
    assert_eq!(
        preview.get(&format!("{base}/policies")).header("location"),
        format!("{base}/policies/")
    );
}

#[test]
fn every_answer_has_the_security_headers() {
    let site = small_site(
        "base_url = \"https://example.org/\"\n[contact]\nendpoint = \"https://forms.example.org?form=3;x\"\n",
    );
    let preview = Preview::of(&site.path(""), &[]);
    let answers = [
        preview.get("/"),
        preview.get("/tools"),
        preview.get("/nowhere/"),
        preview.get("/robots.txt"),
        preview.get("/search/words.bin"),
        preview.get("/__policypress/live.js"),
        preview.request("POST", "/", &[]),
        preview.request("GET", "/", &[("Host", "evil.test")]),
        preview.request("GET", "/", &[("If-None-Match", "*")]),
    ];
    for answer in answers {
        let policy = answer.header("content-security-policy");
        for part in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{} {policy}", answer.status);
        }
        assert!(policy.contains("form-action 'self' https://forms.example.org;"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "strict-origin-when-cross-origin");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(answer.header("cache-control"), "no-cache");
    }
}

#[test]
fn the_readme_names_the_headers_that_the_preview_sends() {
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let site = TestSite::with_record();
    let preview = Preview::of(&site.path(""), &[]);
    let answer = preview.get("/");
    for name in ["Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"] {
        let line = format!("\n{name}: {}\n", answer.header(&name.to_lowercase()));
        assert!(readme.contains(&line), "README.md does not have the line{line}");
    }
}

#[test]
fn a_page_of_a_server_that_was_added_is_there_at_once() {
    let site = TestSite::with_record();
    let preview = Preview::of(&site.path(""), &[]);
    assert_eq!(preview.get("/tools/two/").status, 404);
    let mut listener = preview.listen("/tools/two/");
    site.write("content/catalogue/two.json", &record("two", &[("see", "read")]));
    assert_eq!(listener.next().unwrap()["faults"].as_array().unwrap().len(), 0);
    assert!(preview.page("/tools/two/").contains("see"));
}
