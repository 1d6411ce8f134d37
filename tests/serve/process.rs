//! How the preview begins, ends, and speaks to the person who started it.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use super::Preview;
use crate::support::TestSite;

#[test]
fn a_port_that_is_in_use_is_named() {
    let site = TestSite::with_record();
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let run = site.run(&["serve", "--port", &port]);
    assert_eq!(run.code, 2);
    let expected = format!(
        "error: port {port} of 127.0.0.1 is in use; choose another with `--port`, or `--port 0` for a free one\n"
    );
    assert_eq!(run.stderr, expected);
}

#[test]
fn a_wrong_use_is_explained_before_anything_is_opened() {
    let site = TestSite::with_record();
    let run = site.run(&["serve", "--host", "example.org"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("write an IP address such as 127.0.0.1"), "{}", run.stderr);
    for port in ["70000", "abc", "-1", ""] {
        let run = site.run(&["serve", "--port", port]);
        assert_eq!(run.code, 2, "{port}");
        assert!(run.stderr.contains("write a number from 0 to 65535"), "{port}: {}", run.stderr);
    }
}

#[test]
fn a_signal_ends_it_within_a_second_even_with_pages_open() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let site = TestSite::with_record();
        let preview = Preview::of(&site.path(""), &[]);
        let _open = preview.listen("/");
        let _idle = preview.connect();
        let start = Instant::now();
        let (ended, said) = preview.end(signal);
        assert_eq!(ended, code, "{said}");
        assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    }
}

#[test]
fn it_says_where_the_site_is_and_warns_when_others_can_reach_it() {
    let site = TestSite::with_record();
    let own = Preview::of(&site.path(""), &["--base-url", "https://example.org/mcp/"]);
    let url = format!("http://127.0.0.1:{}", own.port);
    own.page("/mcp/");
    let (_, said) = own.end("-TERM");
    assert!(said.contains(&format!("listening on {url}\n")), "{said}");
    assert!(said.contains(&format!("the site is at {url}/mcp/ (Ctrl-C ends)\n")), "{said}");
    assert!(!said.contains("warning"), "{said}");
    let shared = Preview::of(&site.path(""), &["--host", "0.0.0.0"]);
    shared.page("/");
    let (_, said) = shared.end("-TERM");
    assert!(said.contains("warning: everybody who can reach this machine"), "{said}");
}

#[test]
fn by_default_no_other_address_of_the_machine_is_listened_on() {
    let site = TestSite::with_record();
    let preview = Preview::of(&site.path(""), &[]);
    let id = preview.child.id();
    let sockets = std::fs::read_to_string(format!("/proc/{id}/net/tcp")).unwrap();
    let port = format!(":{:04X}", preview.port);
    let listening: Vec<&str> = sockets
        .lines()
        .filter_map(|line| line.split_whitespace().nth(1))
        .filter(|local| local.ends_with(&port))
        .collect();
    assert!(listening.iter().all(|local| local.starts_with("0100007F:")), "{listening:?}");
    assert!(!listening.is_empty());
    let six = std::fs::read_to_string(format!("/proc/{id}/net/tcp6")).unwrap_or_default();
    assert!(!six.contains(&port), "{six}");
}

#[test]
fn a_site_with_faults_is_served_as_soon_as_they_are_mended() {
    let site = TestSite::with_record();
    site.write(
        "content/catalogue/bad.json",
        "{\"server\": {\"name\": \"<b>bad</b>\"}, \"tools\": 5}",
    );
    let preview = Preview::of(&site.path(""), &[]);
    let answer = preview.get("/");
    assert_eq!(answer.status, 500);
    assert!(answer.text().contains("content/catalogue/bad.json:1:"), "{}", answer.text());
    assert!(answer.text().contains("wrong-type"), "{}", answer.text());
    assert_eq!(answer.header("referrer-policy"), "strict-origin-when-cross-origin");
    let mut listener = preview.listen("/");
    std::fs::remove_file(site.path("content/catalogue/bad.json")).unwrap();
    assert_eq!(listener.next().unwrap()["faults"].as_array().unwrap().len(), 0);
    preview.page("/");
    site.write("site.toml", "title = 1");
    listener.next().unwrap();
    let (_, said) = preview.end("-INT");
    assert!(said.contains("1 error: there is no site to show yet\n"), "{said}");
    assert!(said.contains("2 errors: the last good state is shown\n"), "{said}");
}

#[test]
fn the_fault_of_a_page_is_told_once_for_each_state_of_the_site() {
    let site = TestSite::with_record();
    let broken = |word: &str| {
        let content = format!("{{{{ {word}.here }}}}");
        format!("{{% extends \"base.html\" %}}\n{{% block content %}}{content}{{% endblock %}}")
    };
    let preview = Preview::of(&site.path(""), &[]);
    preview.page("/tools/one/look/");
    let mut listener = preview.listen("/tools/one/look/");
    for word in ["nothing", "never"] {
        site.write("templates/tool.html", &broken(word));
        let state = listener.until_quiet(Duration::from_secs(1)).pop().unwrap();
        assert!(state.to_string().contains(word), "{state}");
        for _ in 0..3 {
            assert_eq!(preview.get("/tools/one/look/").status, 500);
            assert_eq!(preview.get("/tools/one/drop/").status, 500);
        }
    }
    let (_, said) = preview.end("-INT");
    for word in ["nothing", "never"] {
        let fault = format!("error[template-rendering]: Variable `{word}` is not defined");
        assert_eq!(said.matches(&fault).count(), 1, "{word}\n{said}");
    }
    assert_eq!(said.matches("1 error: the page shows it\n").count(), 2, "{said}");
}

#[test]
fn open_gives_the_address_of_the_site_to_the_browser() {
    use std::os::unix::fs::PermissionsExt as _;
    let site = TestSite::with_record();
    let browser = site.path("bin/xdg-open");
    let opened = site.path("opened");
    site.write("bin/xdg-open", &format!("#!/bin/sh\necho \"$1\" > {}\n", opened.display()));
    std::fs::set_permissions(&browser, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", site.path("bin").display(), std::env::var("PATH").unwrap());
    let base = ["--base-url", "https://example.org/mcp/", "--open"];
    let preview = Preview::with(&site.path(""), &base, &[("PATH", &path)]);
    preview.page("/mcp/");
    for _ in 0..200 {
        if std::fs::read_to_string(&opened).is_ok_and(|text| text.ends_with('\n')) {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let expected = format!("http://127.0.0.1:{}/mcp/\n", preview.port);
    assert_eq!(std::fs::read_to_string(&opened).unwrap(), expected);
}

#[test]
fn it_listens_on_the_address_of_the_newer_protocol_too() {
    let site = TestSite::with_record();
    let preview = Preview::of(&site.path(""), &["--host", "::1"]);
    let mut stream = std::net::TcpStream::connect(("::1", preview.port)).unwrap();
    let head =
        format!("GET / HTTP/1.1\r\nHost: [::1]:{}\r\nConnection: close\r\n\r\n", preview.port);
    std::io::Write::write_all(&mut stream, head.as_bytes()).unwrap();
    let mut start = [0; 15];
    std::io::Read::read_exact(&mut stream, &mut start).unwrap();
    assert_eq!(&start, b"HTTP/1.1 200 OK");
}

/// As `nohup` starts it.
#[test]
fn it_outlives_its_terminal_if_it_was_started_to_do_so() {
    let site = TestSite::with_record();
    let shell = std::process::Command::new("sh")
        .args(["-c", "trap '' HUP; exec \"$0\" serve --port 0 --format json"])
        .arg(env!("CARGO_BIN_EXE_policypress"))
        .current_dir(site.path(""))
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let preview = Preview::started(shell);
    preview.page("/");
    let id = preview.child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-HUP", &id]).status().unwrap().success());
    std::thread::sleep(Duration::from_millis(300));
    preview.page("/");
    assert_eq!(preview.end("-INT").0, 130);
}
