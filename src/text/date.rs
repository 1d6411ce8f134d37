//! Owns what a date is: YYYY-MM-DD, of the calendar.

/// Whether a text is an existing day written as YYYY-MM-DD.
pub fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let shape = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !shape {
        return false;
    }
    let number =
        |range| text.get(range).and_then(|digits: &str| digits.parse::<u32>().ok()).unwrap_or(0);
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=longest).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::is_date;

    #[test]
    fn only_existing_days_in_iso_form_are_dates() {
        assert!(is_date("2026-06-10") && is_date("2024-02-29"));
        for wrong in
            ["10/06/2026", "2026-6-10", "2025-02-29", "2026-13-01", "2026-06-00", "", "2026-06-1é"]
        {
            assert!(!is_date(wrong), "{wrong}");
        }
    }
}
