//! Messaging: libraries of queues, topics, tasks and schedules, from one file's [`Outline`] to its [`Messages`].
//!
//! A library reads one outline at a time and resolves nothing: names of channels, what stands for them in other files and
//! who publishes through a helper are joined in `analysis::messages`, for all libraries alike. Most libraries are a table of
//! [`rules::Rules`]. To add one, write `messaging/<id>/` and add one `mod` line and one entry of [`ALL`].

pub mod agenda;
pub mod apscheduler;
pub mod arq;
pub mod aws_queues;
pub mod aws_topics;
pub mod azure_event_hubs;
pub mod azure_functions;
pub mod azure_queues;
pub mod azure_servicebus;
pub mod bull;
pub mod celery;
pub mod coravel;
pub mod django_channels;
pub mod django_q;
pub mod dramatiq;
pub mod faststream;
pub mod google_pubsub;
pub mod graphile_worker;
pub mod hangfire;
pub mod hosted_services;
pub mod huey;
pub mod inngest;
pub mod kafka;
mod made;
pub mod masstransit;
pub mod nest_microservices;
pub mod node_schedules;
pub mod nservicebus;
pub mod own_bus;
pub mod own_schedules;
pub mod pg_boss;
pub mod quartz;
pub mod rabbitmq;
pub mod rebus;
pub mod rq;
mod rules;
pub mod temporal;
pub mod trigger_dev;
pub mod types;
pub mod wolverine;

use crate::codebase::message::Messages;
use crate::codebase::outline::Outline;
use crate::codebase::{LanguageId, RepoPath};

/// Every library, sorted by id.
#[rustfmt::skip] // one line an entry, so that additions do not collide
pub static ALL: &[&dyn Messaging] = &[
    &agenda::Agenda,
    &apscheduler::ApScheduler,
    &arq::Arq,
    &aws_queues::AwsQueues,
    &aws_topics::AwsTopics,
    &azure_event_hubs::AzureEventHubs,
    &azure_functions::AzureFunctions,
    &azure_queues::AzureQueues,
    &azure_servicebus::AzureServiceBus,
    &bull::Bull,
    &celery::Celery,
    &coravel::Coravel,
    &django_channels::DjangoChannels,
    &django_q::DjangoQ,
    &dramatiq::Dramatiq,
    &faststream::FastStream,
    &google_pubsub::GooglePubSub,
    &graphile_worker::GraphileWorker,
    &hangfire::Hangfire,
    &hosted_services::HostedServices,
    &huey::Huey,
    &inngest::Inngest,
    &kafka::Kafka,
    &masstransit::MassTransit,
    &nest_microservices::NestMicroservices,
    &node_schedules::NodeSchedules,
    &nservicebus::NServiceBus,
    &own_bus::OwnBus,
    &own_schedules::OwnSchedules,
    &pg_boss::PgBoss,
    &quartz::Quartz,
    &rabbitmq::RabbitMq,
    &rebus::Rebus,
    &rq::Rq,
    &temporal::Temporal,
    &trigger_dev::TriggerDev,
    &wolverine::Wolverine,
];

/// A library of messages or jobs.
pub trait Messaging: Sync {
    /// The folder's name.
    fn id(&self) -> &'static str;

    /// Names as their makers spell them.
    fn name(&self) -> &'static str;

    /// Ids of the languages that it is used from.
    fn languages(&self) -> &'static [&'static str];

    /// Packages, one of which (or one below it: `MassTransit.RabbitMQ`) a project declares that uses it. Asked where the file
    /// alone does not prove it.
    fn packages(&self) -> &'static [&'static str];

    /// Ids of the external systems that may carry its messages. Of several the one is meant that the repository uses.
    fn brokers(&self) -> &'static [&'static str];

    /// Whether a plain call of a task's function sends it to a worker.
    fn sends_by_calling(&self) -> bool {
        false
    }

    /// What a file says; nothing, and that at once, where it does not use the library.
    fn messages(&self, path: &RepoPath, language: &LanguageId, outline: &Outline) -> Messages;
}

/// The library with this id.
pub fn by_id(id: &str) -> Option<&'static dyn Messaging> {
    ALL.iter().copied().find(|library| library.id() == id)
}

/// Messages of one file, by every library of its language.
pub fn messages(path: &RepoPath, language: &LanguageId, outline: &Outline) -> Messages {
    let mut all = Messages::default();
    for library in ALL.iter().filter(|library| library.languages().contains(&language.as_str())) {
        all.absorb(library.messages(path, language, outline));
    }
    all
}
