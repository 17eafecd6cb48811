//! Messages and jobs: who sends what over which channel to whom, and what runs by the clock.
//!
//! A file's [`Messages`] say what stands in that file, names as written. `analysis::messages` joins them over all files
//! to [`Channel`]s, [`Job`]s and [`Flow`]s. A channel is what a broker carries between two places of the code that need
//! not run in one process; what a mediator hands on within a process is none.

use serde::{Deserialize, Serialize};

use super::atom::Atom;
use super::outline::{DefinitionIndex, Value};
use super::routing::HandlerRef;
use super::source::RepoPath;

/// What one file says of messages and jobs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Messages {
    /// Places that publish, consume or stand for a channel.
    pub facts: Vec<MessageFact>,
    /// What runs by the clock, or as long as its host.
    pub jobs: Vec<JobFact>,
    /// Classes and functions of this file that hand messages to a broker themselves: what a repository's own bus is made of.
    pub buses: Vec<BusFact>,
}

impl Messages {
    /// Takes all facts of `other` in.
    pub fn absorb(&mut self, other: Self) {
        self.facts.extend(other.facts);
        self.jobs.extend(other.jobs);
        self.buses.extend(other.buses);
    }
}

/// A place that has to do with a channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MessageFact {
    /// What it does.
    pub role: MessageRole,
    /// The channel, as the file names it.
    pub channel: ChannelRef,
    /// What sort of channel it is.
    pub kind: ChannelKind,
    /// The name that this file gives to what stands for the channel: a queue's variable, a task's function. Of a publish: the
    /// dotted name of the method that is called, where that must be one of the repository's own bus.
    pub carrier: Option<Atom>,
    /// What consumes; for the other roles, what the line stands in.
    pub party: HandlerRef,
    /// The definition from which names are understood.
    pub enclosing: Option<DefinitionIndex>,
    /// Id of the library.
    pub library: Atom,
    /// Whether the file itself shows that the library is meant; else the project must declare it.
    pub proven: bool,
    /// Its line.
    pub line: u32,
}

/// What a place does with a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MessageRole {
    /// Sends to it.
    Publish,
    /// Takes from it.
    Consume,
    /// Makes or names it, without sending or taking.
    Declare,
}

/// A channel as a file names it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ChannelRef {
    /// By its name.
    Named(Value),
    /// By the type of its messages, as written.
    Type(Atom),
    /// By the type of a value: `new OrderPlaced(..)`, or a variable of that type.
    TypeOf(Value),
    /// By what stands for it, made here or elsewhere: `this.emailQueue`, `sendMail`, `EmailQueue.getInstance()`.
    Carrier(Value),
    /// By the function that whoever publishes names: `queue.enqueue(send_mail)`. It consumes without saying so itself.
    Called(Atom),
    /// By the dotted name of its function in its package, as task queues have it: `shop.tasks.sendMail`.
    Function(DefinitionIndex),
}

/// What sort of channel it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChannelKind {
    /// Each message goes to one consumer.
    #[default]
    Queue,
    /// Each message goes to every subscriber.
    Topic,
    /// A broker's exchange, which hands messages on to queues.
    Exchange,
    /// A type of message; how it travels is up to the library.
    Event,
    /// A function that runs in a worker.
    Task,
}

/// A class that hands messages on to a broker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BusFact {
    /// The class.
    pub class: DefinitionIndex,
    /// Id of the broker's external system.
    pub broker: Atom,
}

/// Something that runs by the clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobFact {
    /// Its name, where it is given one.
    pub name: Option<Value>,
    /// When it runs.
    pub schedule: ScheduleFact,
    /// What runs.
    pub runs: Runs,
    /// The definition from which names are understood.
    pub enclosing: Option<DefinitionIndex>,
    /// Id of the library.
    pub library: Atom,
    /// Whether the file itself shows that the library is meant.
    pub proven: bool,
    /// Its line.
    pub line: u32,
}

/// What a job runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Runs {
    /// Code.
    Code(HandlerRef),
    /// Whatever consumes the messages of a channel.
    Consumers(ChannelRef),
}

/// When a job runs, as written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ScheduleFact {
    /// A cron expression, or a value that says one: `"0 3 * * *"`, `CronExpression.EVERY_HOUR`, `crontab(hour=3)`,
    /// `timedelta(minutes=5)`; a number is a count of seconds.
    At(Value),
    /// Fields of a cron expression.
    Fields {
        /// By name: `minute`, `hour`, `day`, `month`, `day_of_week`.
        fields: Vec<(Atom, Value)>,
        /// Whether fields before the first that is given have their least value, and not any.
        least: bool,
    },
    /// An interval as numbers of units: `seconds`, `minutes`, `hours`, `days`, `milliseconds`.
    Every(Vec<(Atom, Value)>),
    /// As long as its host runs.
    Continuous,
    /// When something else says so: a trigger elsewhere.
    Unknown,
}

/// What carries messages between places of the code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Channel {
    /// Unique in the repository, and stays while the channel does.
    pub id: String,
    /// Its name; `<config: KEY>` where a setting names it, `{?}` for parts that could not be evaluated.
    #[serde(rename = "channel")]
    pub name: String,
    /// What sort of channel.
    pub kind: ChannelKind,
    /// Id of the external system that carries it, if that could be told.
    pub broker: Option<Atom>,
    /// Ids of the libraries that speak of it, sorted.
    pub libraries: Vec<Atom>,
    /// Who sends, sorted by place.
    pub publishers: Vec<Party>,
    /// Who takes, sorted by place.
    pub consumers: Vec<Party>,
}

/// A place of the code that sends or takes messages.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Party {
    /// Its file.
    pub file: RepoPath,
    /// The line that sends, or the line of what takes.
    pub line: u32,
    /// Dotted name of the definition, or of the one around the line; empty outside of any.
    pub symbol: String,
    /// Id of the component.
    pub component: Option<String>,
    /// Id of the domain.
    pub domain: Option<String>,
}

/// What runs by the clock, or as long as its host does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Job {
    /// Unique in the repository.
    pub id: String,
    /// Its name: the one it is given, else that of what runs.
    pub name: String,
    /// What sort of schedule it has.
    pub trigger: JobTrigger,
    /// The schedule: a cron expression of five or six fields, or `every 5 minutes`; empty where it is not known.
    pub schedule: String,
    /// The schedule as the code has it, where that differs.
    pub written: String,
    /// Id of the library.
    pub library: Atom,
    /// The line that says when it runs.
    pub declared: Party,
    /// What runs.
    pub handler: Party,
}

/// What starts a job.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum JobTrigger {
    /// A cron expression.
    Cron,
    /// An interval.
    Interval,
    /// The start of its host.
    Continuous,
    /// Something that could not be evaluated.
    #[default]
    Unknown,
}

/// What happens after a message came or a clock struck.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Flow {
    /// Unique in the repository.
    pub id: String,
    /// What it is, in a few words.
    pub title: String,
    /// What starts it.
    pub trigger: Trigger,
    /// What happens, in order of the calls.
    pub steps: Vec<Step>,
}

/// What starts a flow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Trigger {
    /// A message, or a schedule.
    pub kind: TriggerKind,
    /// Id of the channel or job.
    #[serde(rename = "ref")]
    pub of: String,
}

/// What sort of thing starts a flow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TriggerKind {
    /// A message came.
    #[default]
    Message,
    /// The clock.
    Schedule,
}

/// One thing that a flow does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Who does it: a dotted name in its file.
    pub from: String,
    /// Whom it is done to: a dotted name, an entity's, channel's or external system's id.
    pub to: String,
    /// What is done.
    pub label: String,
    /// What sort of step.
    pub kind: StepKind,
    /// The file that shows it.
    pub file: RepoPath,
    /// The line that shows it.
    pub line: u32,
}

/// What sort of step it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StepKind {
    /// Code calls code.
    #[default]
    Call,
    /// Stored records are read or written.
    Query,
    /// A message is sent.
    Publish,
    /// Another system is called.
    Http,
}
