//! Azure Functions that a timer or an event of Event Grid starts; other triggers stand with what they listen to.

use crate::codebase::message::{JobFact, Messages, Runs, ScheduleFact};
use crate::codebase::outline::{Outline, SymbolKind, Value, last_part, positional};
use crate::codebase::routing::HandlerRef;
use crate::codebase::{LanguageId, RepoPath};

use super::{Messaging, made};

/// Timers of Azure Functions.
pub struct AzureFunctions;

const ID: &str = "azure_functions";

impl Messaging for AzureFunctions {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Azure Functions timers"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp", "python"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &[]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &[]
    }

    fn messages(&self, _path: &RepoPath, _language: &LanguageId, outline: &Outline) -> Messages {
        let mut messages = Messages::default();
        let is_function = |kind| matches!(kind, SymbolKind::Method | SymbolKind::Function);
        for (index, method) in (0..).zip(&outline.definitions).filter(|(_, it)| is_function(it.kind)) {
            let on_parameters = method.parameters.iter().flat_map(|it| &it.decorators);
            let triggers = on_parameters.filter(|it| last_part(&it.name) == "TimerTrigger");
            let of_python = method.decorators.iter().filter(|it| {
                matches!(it.name.rsplit_once('.'), Some((_, "schedule" | "timer_trigger")))
                    && made::imports(outline, &["azure.functions"])
            });
            for trigger in triggers.chain(of_python) {
                let stated = crate::codebase::outline::named(&trigger.args, "schedule");
                let Some(when) = stated.or_else(|| positional(&trigger.args, 0)) else { continue };
                let runs = Runs::Code(HandlerRef::Definition(index));
                let own = made::job(ID, ScheduleFact::At(when.clone()), runs, (Some(index), method.line));
                let function = method.decorator("Function").or_else(|| method.decorator("FunctionName"));
                let name = function.and_then(|it| positional(&it.args, 0)).filter(|it| !matches!(it, Value::Unknown));
                messages.jobs.push(JobFact { name: name.cloned(), ..own });
            }
        }
        messages
    }
}
