//! Schedules in plain words, where a cron expression is a plain one.

use crate::codebase::Job;
use crate::codebase::message::JobTrigger;

const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// When a job runs, in words; empty where that takes the expression itself.
pub(super) fn words(job: &Job) -> String {
    match job.trigger {
        JobTrigger::Cron => cron(&job.schedule).unwrap_or_default(),
        JobTrigger::Interval => job.schedule.clone(),
        JobTrigger::Continuous => "runs as long as its host".to_owned(),
        JobTrigger::Unknown => String::new(),
    }
}

/// `every day at 03:30` of `30 3 * * *`.
fn cron(expression: &str) -> Option<String> {
    let named = match expression.trim_start_matches('@') {
        "hourly" => "every hour",
        "daily" | "midnight" => "every day at 00:00",
        "weekly" => "every Sunday at 00:00",
        "monthly" => "on day 1 of every month at 00:00",
        "yearly" | "annually" => "on day 1 of January at 00:00",
        _ => "",
    };
    if !named.is_empty() {
        return Some(named.to_owned());
    }
    let mut fields: Vec<&str> = expression.split_whitespace().collect();
    // A seventh field is the year.
    if fields.len() == 7 && fields.pop() != Some("*") {
        return None;
    }
    let second = if fields.len() == 6 { fields.remove(0) } else { "0" };
    let [minute, hour, day, month, weekday] = fields.as_slice() else { return None };
    let time = time(second, minute, hour)?;
    let date = date(day, month, weekday)?;
    Some(match (time, date.as_str()) {
        (Time::Every(every), "") => every,
        (Time::Every(every), date) => format!("{every}, {date}"),
        (Time::At(at), "") => format!("every day at {at}"),
        (Time::At(at), date) => format!("{date} at {at}"),
    })
}

enum Time {
    /// `every 5 minutes`.
    Every(String),
    /// `03:30`.
    At(String),
}

fn time(second: &str, minute: &str, hour: &str) -> Option<Time> {
    let every = |count: u8, unit: &str| match count {
        1 => format!("every {unit}"),
        count => format!("every {count} {unit}s"),
    };
    let found = match (step(second), step(minute), step(hour)) {
        (Some(seconds), Some(1), Some(1)) => every(seconds, "second"),
        (None, Some(minutes), Some(1)) if number(second)? == 0 => every(minutes, "minute"),
        (None, None, Some(hours)) => {
            let past = number(minute)?;
            let hours = every(hours, "hour");
            match past {
                0 => hours,
                1 => format!("{hours}, 1 minute past"),
                past => format!("{hours}, {past} minutes past"),
            }
        }
        (None, None, None) => return Some(Time::At(format!("{:02}:{:02}", number(hour)?, number(minute)?))),
        _ => return None,
    };
    Some(Time::Every(found))
}

/// How many units lie between two runs: 1 of `*`, 5 of `*/5`.
fn step(field: &str) -> Option<u8> {
    match field {
        "*" => Some(1),
        field => field.strip_prefix("*/").or_else(|| field.strip_prefix("0/"))?.parse().ok(),
    }
}

fn number(field: &str) -> Option<u8> {
    field.parse().ok()
}

/// On which days; empty for all of them.
fn date(day: &str, month: &str, weekday: &str) -> Option<String> {
    let is_any = |field: &str| matches!(field, "*" | "?");
    match (is_any(day), is_any(month), is_any(weekday)) {
        (true, true, true) => Some(String::new()),
        (true, true, false) => weekdays(weekday),
        (false, true, true) => Some(format!("on day {} of every month", number(day)?)),
        (false, false, true) => {
            let name = MONTHS.get(usize::from(number(month)?).checked_sub(1)?)?;
            Some(format!("on day {} of {name}", number(day)?))
        }
        _ => None,
    }
}

fn weekdays(field: &str) -> Option<String> {
    match field.to_lowercase().as_str() {
        "1-5" | "mon-fri" => return Some("Monday to Friday".to_owned()),
        _ => {}
    }
    let day = |part: &str| {
        let by_name = DAYS.iter().find(|name| part.len() == 3 && name.to_lowercase().starts_with(&part.to_lowercase()));
        by_name.copied().or_else(|| DAYS.get(usize::from(number(part)?) % 7).copied())
    };
    let named: Option<Vec<&str>> = field.split(',').map(day).collect();
    Some(format!("every {}", super::words::list(&named?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_expressions_are_told_in_words() {
        let told = |expression: &str| cron(expression).unwrap_or_default();
        assert_eq!(told("30 3 * * *"), "every day at 03:30");
        assert_eq!(told("*/10 * * * *"), "every 10 minutes");
        assert_eq!(told("5 */1 * * *"), "every hour, 5 minutes past");
        assert_eq!(told("0 0 */6 * * ?"), "every 6 hours");
        assert_eq!(told("30 0 * * sun"), "every Sunday at 00:30");
        assert_eq!(told("0 9 * * 1-5"), "Monday to Friday at 09:00");
        assert_eq!(told("0 0 1 * *"), "on day 1 of every month at 00:00");
        assert_eq!(told("*/5 * * * * *"), "every 5 seconds");
        assert_eq!(told("@daily"), "every day at 00:00");
    }

    #[test]
    fn others_are_left_to_the_expression() {
        assert_eq!(cron("0 0 1 1 1"), None);
        assert_eq!(cron("{?} * * * *"), None);
        assert_eq!(cron("0-10 3 * * *"), None);
    }
}
