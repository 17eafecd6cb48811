//! Schedules as the code has them, brought into two forms: a cron expression, or an interval.

use crate::codebase::message::{JobTrigger, ScheduleFact};
use crate::codebase::outline::{CallValue, Value};

use super::super::evaluate::{self, At, UNKNOWN};
use super::super::link::Names;
use super::channel_names;

/// How far schedules are followed through constants and calls.
const DEPTH_MAX: usize = 5;
/// Longest spelling of a schedule that is shown.
const WRITTEN_MAX: usize = 80;

/// A schedule, resolved.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Schedule {
    pub(super) trigger: JobTrigger,
    /// The expression or interval; empty where it is not known.
    pub(super) text: String,
    /// As the code has it.
    pub(super) written: String,
}

/// Units with their lengths in milliseconds, largest first.
const UNITS: &[(&str, u64)] = &[
    ("week", 604_800_000),
    ("day", 86_400_000),
    ("hour", 3_600_000),
    ("minute", 60_000),
    ("second", 1000),
    ("millisecond", 1),
];

/// What a schedule comes to.
pub(super) fn resolve(names: &Names<'_>, at: At, fact: &ScheduleFact) -> Schedule {
    match fact {
        ScheduleFact::Continuous => Schedule { trigger: JobTrigger::Continuous, ..Schedule::default() },
        ScheduleFact::Unknown => Schedule::default(),
        ScheduleFact::At(value) => {
            let written = spelled(value, 0);
            let (trigger, text) = stated(names, at, value, 0).unwrap_or_else(|| unknown(names, at, value));
            let written =
                if written == text || written.chars().count() > WRITTEN_MAX { String::new() } else { written };
            Schedule { trigger, text, written }
        }
        ScheduleFact::Fields { fields, least } => {
            let given: Vec<(&str, &Value)> = fields.iter().map(|(name, value)| (name.as_str(), value)).collect();
            let otherwise = if *least { smallest(&given) } else { 0 };
            let text = fields_of(names, at, &given, otherwise);
            Schedule { trigger: JobTrigger::Cron, text, written: String::new() }
        }
        ScheduleFact::Every(units) => {
            let given = units.iter().map(|(name, value)| (name.as_str(), value));
            let found = every(names, at, given);
            found.map_or_else(Schedule::default, |text| Schedule {
                trigger: JobTrigger::Interval,
                text,
                written: String::new(),
            })
        }
    }
}

fn unknown(names: &Names<'_>, at: At, value: &Value) -> (JobTrigger, String) {
    let setting = channel_names::of(names, at, value).filter(|text| text.contains("<config:") || text.contains(' '));
    (JobTrigger::Unknown, setting.unwrap_or_default())
}

fn stated(names: &Names<'_>, at: At, value: &Value, depth: usize) -> Option<(JobTrigger, String)> {
    if depth > DEPTH_MAX {
        return None;
    }
    match value {
        Value::Number(number) => interval(seconds(number)?).map(|text| (JobTrigger::Interval, text)),
        Value::Call(call) => of_call(names, at, call, depth).or_else(|| of_text(&evaluated(names, at, value)?)),
        Value::Name(name) => {
            if let Some((place, given)) = evaluate::constant(names, at, name)
                && !matches!(given, Value::Text(_))
                && let Some(found) = stated(names, place, given, depth + 1)
            {
                return Some(found);
            }
            of_text(&evaluated(names, at, value)?)
        }
        Value::Choice(values) => values.iter().rev().find_map(|value| stated(names, at, value, depth + 1)),
        value => of_text(&evaluated(names, at, value)?),
    }
}

fn evaluated(names: &Names<'_>, at: At, value: &Value) -> Option<String> {
    Some(evaluate::text(names, at, value)).filter(|text| text != UNKNOWN && !text.is_empty())
}

/// A text that is a cron expression, an interval in words, or a time span.
fn of_text(text: &str) -> Option<(JobTrigger, String)> {
    let text = text.trim();
    let parts: Vec<&str> = text.split_whitespace().collect();
    let is_field = |part: &&str| {
        *part == UNKNOWN
            || part.starts_with(|it: char| it.is_ascii_digit() || matches!(it, '*' | '?' | 'L'))
            || matches!(part.get(..3), Some(name) if name.chars().all(|it| it.is_ascii_alphabetic()))
    };
    if matches!(parts.len(), 5..=7)
        && parts.iter().all(is_field)
        && parts.iter().any(|it| it.contains(['*', '?']) || it.parse::<u8>().is_ok())
    {
        return Some((JobTrigger::Cron, parts.join(" ")));
    }
    if let Some(name) = text.strip_prefix('@') {
        return name.chars().all(|it| it.is_ascii_alphabetic()).then(|| (JobTrigger::Cron, text.to_owned()));
    }
    let words = text.strip_prefix("every ").unwrap_or(text);
    if let [count, unit] = words.split_whitespace().collect::<Vec<_>>().as_slice()
        && let (Ok(count), Some((_, length))) = (count.parse::<u64>(), unit_of(unit))
    {
        return interval(count.checked_mul(*length)?).map(|text| (JobTrigger::Interval, text));
    }
    // `00:05:00`.
    let spans: Vec<u64> = text.split(':').map(str::parse).collect::<Result<_, _>>().ok()?;
    if let [hours, minutes, seconds] = spans.as_slice() {
        let total = hours.checked_mul(3600)? + minutes.checked_mul(60)? + seconds;
        return interval(total.checked_mul(1000)?).map(|text| (JobTrigger::Interval, text));
    }
    None
}

fn unit_of(name: &str) -> Option<&'static (&'static str, u64)> {
    let name = name.to_lowercase();
    let name = name.trim_start_matches("from").trim_start_matches("in").trim_start_matches("interval");
    UNITS.iter().find(|(unit, _)| name == *unit || name.strip_suffix('s') == Some(unit))
}

/// `crontab(hour=3)`, `timedelta(minutes=5)`, `TimeSpan.FromMinutes(5)`, `Cron.Daily(3)`, `CronTrigger.from_crontab("..")`.
fn of_call(names: &Names<'_>, at: At, call: &CallValue, depth: usize) -> Option<(JobTrigger, String)> {
    let callee = call.callee.as_str();
    let given = || call.args.iter().filter_map(|it| Some((it.name.as_deref()?, &it.value)));
    match callee {
        "crontab" | "CronTrigger" | "cron"
            if given().next().is_some() || call.args.is_empty() || callee == "crontab" =>
        {
            let places = ["minute", "hour"];
            let positional = places.iter().enumerate().filter_map(|(at, name)| Some((*name, call.positional(at)?)));
            let fields: Vec<(&str, &Value)> = positional.chain(given()).collect();
            let text = fields_of(names, at, &fields, 0);
            let known = call.positional(2).is_none() && text != "{?} {?} * * *";
            known.then_some((JobTrigger::Cron, text))
        }
        "timedelta" | "IntervalTrigger" | "interval" => {
            every(names, at, given()).map(|text| (JobTrigger::Interval, text)).or_else(|| {
                // `timedelta(1)` is a day.
                every(names, at, call.positional(0).into_iter().map(|value| ("days", value)))
                    .map(|text| (JobTrigger::Interval, text))
            })
        }
        "schedule" => stated(names, at, call.positional(0).or_else(|| call.named("run_every"))?, depth + 1),
        "from_crontab" | "from_string" | "cron_schedule" => of_text(&evaluated(names, at, call.positional(0)?)?),
        _ if callee.starts_with("From") => {
            let unit = callee.strip_prefix("From")?;
            every(names, at, call.positional(0).into_iter().map(|value| (unit, value)))
                .map(|text| (JobTrigger::Interval, text))
        }
        _ if call.receiver.as_ref().and_then(Value::as_name) == Some("Cron") => {
            hangfire(names, at, call).map(|text| (JobTrigger::Cron, text))
        }
        _ => None,
    }
}

/// Hangfire's `Cron.Daily(hour, minute)` and the like.
fn hangfire(names: &Names<'_>, at: At, call: &CallValue) -> Option<String> {
    let number = |position: usize, otherwise: &str| {
        let given = call.positional(position);
        given.map_or_else(|| otherwise.to_owned(), |value| evaluated(names, at, value).unwrap_or(UNKNOWN.to_owned()))
    };
    Some(match call.callee.as_str() {
        "Minutely" => "* * * * *".to_owned(),
        "Hourly" => format!("{} * * * *", number(0, "0")),
        "Daily" => format!("{} {} * * *", number(1, "0"), number(0, "0")),
        "Weekly" => format!("{} {} * * {}", number(2, "0"), number(1, "0"), weekday(&spelled(call.positional(0)?, 0))),
        "Monthly" => format!("{} {} {} * *", number(2, "0"), number(1, "0"), number(0, "1")),
        "Yearly" => format!("{} {} {} {} *", number(3, "0"), number(2, "0"), number(1, "1"), number(0, "1")),
        "MinuteInterval" => format!("*/{} * * * *", number(0, "1")),
        "HourInterval" => format!("0 */{} * * *", number(0, "1")),
        _ => return None,
    })
}

fn weekday(name: &str) -> String {
    let last = name.rsplit('.').next().unwrap_or(name);
    let short: String = last.chars().take(3).collect::<String>().to_uppercase();
    if short.is_empty() { "*".to_owned() } else { short }
}

/// Names of the fields of a cron expression, in its order.
const FIELDS: [&[&str]; 6] = [
    &["second"],
    &["minute"],
    &["hour"],
    &["day", "day_of_month"],
    &["month", "month_of_year"],
    &["day_of_week", "weekday"],
];

/// How many fields lie before the first one that is given: `APScheduler` takes the least value of each of these.
fn smallest(given: &[(&str, &Value)]) -> usize {
    let is_given = |field: &&[&str]| given.iter().any(|(name, _)| field.contains(name));
    let first = FIELDS.iter().position(is_given).unwrap_or(0);
    // A day of the week starts at midnight as a day of the month does.
    if first == 5 { 3 } else { first }
}

/// A cron expression of fields; the first `least` of those that are not given have their least value.
fn fields_of(names: &Names<'_>, at: At, given: &[(&str, &Value)], least: usize) -> String {
    let shown = |names_of: &[&str]| {
        let value = given.iter().find(|(name, _)| names_of.contains(name)).map(|(_, value)| *value)?;
        let listed = match value {
            Value::List(items) => {
                let parts: Option<Vec<String>> = items.iter().map(|item| evaluated(names, at, item)).collect();
                parts.map(|parts| parts.join(","))
            }
            value => evaluated(names, at, value),
        };
        Some(listed.unwrap_or(UNKNOWN.to_owned()).replace(", ", ","))
    };
    let otherwise = |place: usize| match place {
        _ if place >= least => "*",
        3 | 4 => "1",
        _ => "0",
    };
    let texts: Vec<Option<String>> = FIELDS.iter().map(|field| shown(field)).collect();
    let first = usize::from(texts[0].is_none());
    let parts = texts.into_iter().enumerate().skip(first);
    let parts: Vec<String> = parts.map(|(place, text)| text.unwrap_or_else(|| otherwise(place).to_owned())).collect();
    parts.join(" ")
}

/// The sum of numbers of units, if all of them are known.
fn every<'v>(names: &Names<'_>, at: At, units: impl Iterator<Item = (&'v str, &'v Value)>) -> Option<String> {
    let mut total: u64 = 0;
    for (unit, value) in units {
        let Some((_, length)) = unit_of(unit) else { continue };
        let number = evaluated(names, at, value)?.replace('_', "");
        let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
        let mut length_of = whole.parse::<u64>().ok()?.checked_mul(*length)?;
        if let Some(tenths) = fraction.get(..1).and_then(|digit| digit.parse::<u64>().ok()) {
            length_of += length / 10 * tenths;
        }
        total = total.checked_add(length_of)?;
    }
    interval(total)
}

fn seconds(number: &str) -> Option<u64> {
    let whole = number.split('.').next()?.replace('_', "");
    whole.parse::<u64>().ok()?.checked_mul(1000)
}

/// `every 5 minutes`, in the largest unit that counts it.
fn interval(milliseconds: u64) -> Option<String> {
    let (unit, length) =
        UNITS.iter().find(|(_, length)| milliseconds >= *length && milliseconds.is_multiple_of(*length))?;
    Some(match milliseconds / length {
        1 => format!("every {unit}"),
        count => format!("every {count} {unit}s"),
    })
}

/// A value as the code has it, in short.
fn spelled(value: &Value, depth: usize) -> String {
    match value {
        Value::Text(text) | Value::Number(text) | Value::Name(text) => text.to_string(),
        Value::Call(call) if depth < DEPTH_MAX => {
            let args: Vec<String> = call
                .args
                .iter()
                .map(|it| {
                    let value = spelled(&it.value, depth + 1);
                    it.name.as_deref().map_or_else(|| value.clone(), |name| format!("{name}={value}"))
                })
                .collect();
            format!("{}({})", call.path().unwrap_or_else(|| call.callee.clone()), args.join(", "))
        }
        _ => "..".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cron_expressions_or_intervals() {
        let cron = |text: &str| Some((JobTrigger::Cron, text.to_owned()));
        let every = |text: &str| Some((JobTrigger::Interval, text.to_owned()));
        assert_eq!(of_text("0 3 * * *"), cron("0 3 * * *"));
        assert_eq!(of_text("30 0 * * sun"), cron("30 0 * * sun"));
        assert_eq!(of_text("0 0/15 * * * ?"), cron("0 0/15 * * * ?"));
        assert_eq!(of_text("@daily"), cron("@daily"));
        assert_eq!(of_text("5 minutes"), every("every 5 minutes"));
        assert_eq!(of_text("every 60 seconds"), every("every minute"));
        assert_eq!(of_text("00:05:00"), every("every 5 minutes"));
        assert_eq!(of_text("sends five mails to each user"), None);
        assert_eq!(of_text("nightly"), None);
    }

    #[test]
    fn intervals_are_told_in_the_largest_unit() {
        assert_eq!(interval(90_000).as_deref(), Some("every 90 seconds"));
        assert_eq!(interval(604_800_000).as_deref(), Some("every week"));
        assert_eq!(interval(0), None);
    }
}
