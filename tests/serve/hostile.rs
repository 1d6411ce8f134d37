//! What a hostile page in the same browser, or a hostile client, gets: nothing.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::{PATIENCE, Preview};
use crate::support::TestSite;

const SECRET: &str = "the-secret-of-this-machine";

#[test]
fn only_the_host_names_that_it_was_started_for_are_answered() {
    let site = TestSite::with_record();
    let preview = Preview::of(&site.path(""), &["--allow-host", "preview.example.org"]);
    let port = preview.port;
    let other = port.wrapping_add(1);
    let cases = [
        (format!("127.0.0.1:{port}"), 200),
        (format!("localhost:{port}"), 200),
        (format!("LocalHost:{port}"), 200),
        (format!("[::1]:{port}"), 200),
        (format!("preview.example.org:{port}"), 200),
        ("preview.example.org".to_owned(), 200),
        ("preview.example.org:443".to_owned(), 200),
        (format!("evil.test:{port}"), 421),
        ("evil.test".to_owned(), 421),
        (format!("127.0.0.1:{other}"), 421),
        ("127.0.0.1".to_owned(), 421),
        ("localhost".to_owned(), 421),
        (format!("localhost.evil.test:{port}"), 421),
        (format!("evil.localhost:{port}"), 421),
        (format!("127.0.0.1.evil.test:{port}"), 421),
        (format!("0.0.0.0:{port}"), 421),
        (format!("10.0.0.1:{port}"), 421),
        (format!("localhost:{port}.evil.test"), 421),
        (format!("localhost:{port}@evil.test"), 421),
        (String::new(), 421),
    ];
    for (host, expected) in cases {
        let answer = preview.request("GET", "/", &[("Host", &host)]);
        assert_eq!(answer.status, expected, "Host: {host}");
        assert_eq!(expected == 200, answer.text().contains("<title>"), "Host: {host}");
    }
    let both = format!(
        "GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nHost: evil.test\r\nConnection: close\r\n\r\n"
    );
    assert_eq!(preview.send(both.as_bytes()).status, 400, "two hosts");
    let none = b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n";
    assert_eq!(preview.send(none).status, 400, "no host");
    assert_eq!(preview.send(b"GET / HTTP/1.0\r\n\r\n").status, 400, "no host in HTTP/1.0");
    let absolute = format!(
        "GET http://evil.test/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
    );
    assert_eq!(preview.send(absolute.as_bytes()).status, 421, "another host in the target");
}

#[test]
fn no_answer_lets_another_origin_read_it() {
    let site = TestSite::with_record();
    let preview = Preview::of(&site.path(""), &[]);
    for origin in ["https://evil.test", "null", "http://localhost:1", "http://127.0.0.1"] {
        for (method, target) in [
            ("GET", "/"),
            ("GET", "/api/v1/servers/one.json"),
            ("GET", "/nowhere/"),
            ("GET", "/__policypress/live.js"),
            ("GET", "/__policypress/events?page=/"),
            ("OPTIONS", "/"),
        ] {
            let headers = [("Origin", origin), ("Access-Control-Request-Method", "GET")];
            let answer = preview.request(method, target, &headers);
            let allows = answer.headers.iter().any(|(name, _)| name.starts_with("access-control"));
            assert!(!allows, "{method} {target} from {origin}: {:?}", answer.headers);
            assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
        }
    }
}

#[test]
fn only_pages_of_the_preview_may_listen_to_changes() {
    let site = TestSite::with_record();
    let preview = Preview::of(&site.path(""), &[]);
    let target = "/__policypress/events?page=/";
    let own = format!("http://127.0.0.1:{}", preview.port);
    for (name, value) in [
        ("Origin", "https://evil.test"),
        ("Origin", "null"),
        ("Origin", &own.replace("http:", "https:")),
        ("Origin", &format!("{own}0")),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
        ("Sec-Fetch-Site", "none"),
    ] {
        assert_eq!(preview.request("GET", target, &[(name, value)]).status, 403, "{name}: {value}");
    }
    let head = format!(
        "GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nOrigin: {own}\r\nSec-Fetch-Site: same-origin\r\n\r\n",
        preview.port
    );
    let mut stream = preview.connect();
    stream.write_all(head.as_bytes()).unwrap();
    let mut start = [0; 15];
    stream.read_exact(&mut start).unwrap();
    assert_eq!(&start, b"HTTP/1.1 200 OK");
}

#[test]
fn only_get_and_head_are_answered() {
    let site = TestSite::with_record();
    let preview = Preview::of(&site.path(""), &[]);
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "get"] {
        let answer = preview.request(method, "/", &[]);
        assert_eq!(answer.status, 405, "{method}");
        assert_eq!(answer.header("allow"), "GET, HEAD", "{method}");
    }
    assert_eq!(preview.request("GET", "/", &[("Content-Length", "5")]).status, 413);
    assert_eq!(preview.request("GET", "/", &[("Transfer-Encoding", "chunked")]).status, 413);
}

/// Ways out of a folder, as scanners try them.
const WAYS_OUT: &[&str] = &[
    "../",
    "..%2f",
    "%2e%2e/",
    "%2e%2e%2f",
    "..%5c",
    "..\\",
    "%252e%252e%252f",
    "..%c0%af",
    "%c0%ae%c0%ae/",
    "..;/",
    "....//",
    "..%00/",
    "/../",
    "..%u2216",
    "%uff0e%uff0e/",
];

/// Addresses that lead out of the site if any does.
fn targets(root: &str) -> Vec<String> {
    let mut targets: Vec<String> = Vec::new();
    let goals = [
        "secret.txt",
        "content/secret.txt",
        "static/.env",
        ".env",
        ".git/config",
        "backup~",
        "public/secret.txt",
        "templates/notes.txt",
        "etc/passwd",
        "site.toml",
        &format!("{root}/secret.txt"),
    ];
    for goal in goals {
        for start in ["/", "/tools/", "/assets/", "/search/", "/__policypress/", "/tools/one/look/"]
        {
            for way in WAYS_OUT {
                for depth in [0, 1, 2, 3, 8] {
                    targets.push(format!("{start}{}{goal}", way.repeat(depth)));
                }
            }
        }
        for target in [
            format!("//{goal}"),
            format!("/C:/{goal}"),
            format!("/{goal}%00.html"),
            format!("/{goal}::$DATA"),
            format!("/{goal}."),
            format!("/{goal}%20"),
            format!("/@fs/{goal}"),
            format!("/{goal}?raw??"),
            format!("/{goal}?import"),
            format!("/{goal}#x"),
            format!("file:///{goal}"),
            format!("/%2f{goal}"),
        ] {
            targets.push(target);
        }
    }
    targets
}

#[test]
fn no_address_leads_out_of_the_site() {
    let world = tempfile::TempDir::new().unwrap();
    fs::write(world.path().join("secret.txt"), SECRET).unwrap();
    let site = TestSite::with_record();
    site.write("secret.txt", SECRET);
    site.write("content/secret.txt", SECRET);
    site.write("static/.env", SECRET);
    site.write("static/.git/config", SECRET);
    site.write("static/backup~", SECRET);
    site.write("public/secret.txt", SECRET);
    site.write("templates/notes.txt", SECRET);
    let preview = Preview::of(&site.path(""), &[]);
    let targets = targets(&site.path("").display().to_string());
    assert!(targets.len() > 4_000, "{} targets", targets.len());
    for target in targets {
        let answer = preview.get(&target);
        let text = answer.text();
        assert!(
            !text.contains(SECRET) && !text.contains("root:x:"),
            "{target} gives something away"
        );
        assert!(!text.contains("base_url ="), "{target} shows the settings");
        assert!([200, 307, 400, 404, 421].contains(&answer.status), "{target}: {}", answer.status);
        if answer.status == 200 {
            // A path that was not asked for in that form is at most a page of the site.
            assert!(text.contains("</html>") || target.starts_with("/__policypress/"), "{target}");
        }
    }
}

#[test]
fn a_link_in_the_static_folder_is_a_fault_and_not_a_way_out() {
    let world = tempfile::TempDir::new().unwrap();
    fs::write(world.path().join("secret.txt"), SECRET).unwrap();
    let site = TestSite::with_record();
    site.write("static/plain.txt", "plain");
    let preview = Preview::of(&site.path(""), &[]);
    preview.page("/");
    let mut listener = preview.listen("/");
    std::os::unix::fs::symlink(world.path(), site.path("static/link")).unwrap();
    let state = listener.next().unwrap();
    assert!(
        state["faults"][0]["headline"].as_str().unwrap().contains("unreadable-file"),
        "{state}"
    );
    for target in ["/assets/link/secret.txt", "/link/secret.txt", "/static/link/secret.txt"] {
        assert!(!preview.get(target).text().contains(SECRET), "{target}");
    }
}

#[test]
fn a_request_that_is_too_large_or_no_request_at_all_is_turned_away() {
    let site = TestSite::with_record();
    let preview = Preview::of(&site.path(""), &[]);
    let host = format!("Host: 127.0.0.1:{}\r\n", preview.port);
    let long = "a".repeat(40_000);
    let many = "X-Many: 1\r\n".repeat(200);
    let cases: Vec<(&str, Vec<u8>, &[u16])> = vec![
        ("a long header", format!("GET / HTTP/1.1\r\n{host}X: {long}\r\n\r\n").into(), &[431]),
        ("a long address", format!("GET /{long} HTTP/1.1\r\n{host}\r\n").into(), &[414, 431]),
        ("many headers", format!("GET / HTTP/1.1\r\n{host}{many}\r\n").into(), &[431]),
        ("garbage", vec![0xff; 600], &[400, 0]),
        ("another protocol", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(), &[400, 0]),
        ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), &[400, 0]),
        ("no path", format!("GET nothing HTTP/1.1\r\n{host}\r\n").into(), &[400, 421]),
        ("a star", format!("GET * HTTP/1.1\r\n{host}Connection: close\r\n\r\n").into(), &[400]),
        ("a split header", format!("GET / HTTP/1.1\r\n{host}X : 1\r\n\r\n").into(), &[400]),
        (
            "not UTF-8",
            format!("GET /%ff%fe HTTP/1.1\r\n{host}Connection: close\r\n\r\n").into(),
            &[400],
        ),
        (
            "a line break",
            format!("GET /%0d%0aX:1 HTTP/1.1\r\n{host}Connection: close\r\n\r\n").into(),
            &[400],
        ),
        (
            "a null",
            format!("GET /a%00b HTTP/1.1\r\n{host}Connection: close\r\n\r\n").into(),
            &[400],
        ),
    ];
    for (what, request, expected) in cases {
        let status = preview.send(&request).status;
        assert!(expected.contains(&status), "{what}: {status}");
        assert_eq!(preview.get("/").status, 200, "after {what}");
    }
}

#[test]
fn requests_in_a_row_are_answered_in_that_order() {
    let site = TestSite::with_record();
    let preview = Preview::of(&site.path(""), &[]);
    let request = |target: &str, more: &str| {
        format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n{more}\r\n", preview.port)
    };
    let mut stream = preview.connect();
    let all = request("/robots.txt", "")
        + &request("/nowhere", "")
        + &request("/llms.txt", "Connection: close\r\n");
    stream.write_all(all.as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let statuses: Vec<&str> =
        text.match_indices("HTTP/1.1 ").map(|(at, _)| &text[at + 9..at + 12]).collect();
    assert_eq!(statuses, ["200", "404", "200"]);
}

#[test]
fn a_client_that_does_not_say_what_it_wants_is_cut_off() {
    let site = TestSite::with_record();
    let preview = Preview::of(&site.path(""), &[]);
    let mut slow = preview.connect();
    slow.write_all(b"GET / HTTP/1.1\r\nX-Slow: ").unwrap();
    let mut silent = preview.connect();
    let mut after_one = preview.connect();
    let one = format!("GET /robots.txt HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n", preview.port);
    after_one.write_all(one.as_bytes()).unwrap();
    for (what, stream) in [("slow", &mut slow), ("silent", &mut silent), ("idle", &mut after_one)] {
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut rest = Vec::new();
        let ended = stream.read_to_end(&mut rest);
        assert!(ended.is_ok(), "the {what} client is still connected: {ended:?}");
    }
}

/// Memory of a process in bytes.
fn memory(id: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

#[test]
fn thousands_of_idle_clients_keep_nobody_from_being_answered() {
    let site = TestSite::with_record();
    let preview = Preview::of(&site.path(""), &[]);
    preview.page("/");
    let before = memory(preview.child.id());
    // As many as the test itself may have open.
    let mut idle = Vec::new();
    for number in 0..10_000 {
        match TcpStream::connect(("127.0.0.1", preview.port)) {
            Ok(mut stream) => {
                let _ = stream.write_all(b"GET / HTTP/1.1\r\n");
                idle.push(stream);
            }
            Err(_) if number > 500 => break,
            Err(error) => panic!("{error}"),
        }
        if number % 1_000 == 900 {
            // One place for the test's own question.
            drop(idle.pop());
            let start = Instant::now();
            assert_eq!(preview.get("/").status, 200, "with {} idle clients", idle.len());
            assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
        }
    }
    drop(idle.pop());
    assert_eq!(preview.get("/").status, 200);
    let grown = memory(preview.child.id()).saturating_sub(before);
    assert!(grown < 100_000_000, "{grown} bytes more for {} idle clients", idle.len());
}
