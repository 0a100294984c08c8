using System.Collections.Frozen;
using MassTransit;
using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Orchestration.HttpSteps;
using Sagas.Orchestration.Timers;

namespace Sagas.Orchestration.Transport.PlainJson;

/// <summary>The message types that a queue takes, by the names that plain JSON may give them.</summary>
internal sealed class MessageTypeNames
{
    /// <summary>Those of the worker's own queue.</summary>
    public static readonly MessageTypeNames Worker = new(
        typeof(StartSaga), typeof(StepSucceeded), typeof(StepFailed), typeof(RetrySaga), typeof(SkipStep),
        typeof(CancelSaga), typeof(AbortSaga), typeof(SagaDue), typeof(StepOutcomeUnknown), typeof(StepDeferred));

    /// <summary>Those of the queue for steps over HTTP.</summary>
    public static readonly MessageTypeNames HttpSteps = new(
        typeof(ExecuteStep), typeof(CompensateStep), typeof(PollHttpStep));

    /// <summary>Those that the worker's own requests are answered with.</summary>
    public static readonly MessageTypeNames Answers = new(
        typeof(SagaAccepted), typeof(CommandAccepted), typeof(RequestRefused));

    private readonly FrozenDictionary<string, Type> _byName;

    private MessageTypeNames(params Type[] types)
    {
        _byName = types
            .SelectMany(type => Names(type).Select(name => KeyValuePair.Create(name, type)))
            .ToFrozenDictionary();
        Known = string.Join(", ", types.Where(x => x.Namespace == typeof(StartSaga).Namespace).Select(x => x.Name));
    }

    /// <summary>What an error message offers.</summary>
    public string Known { get; }

    /// <summary>
    /// Finds a type by its name: <c>StartSaga</c>, <c>Sagas.Contracts:StartSaga</c> or MassTransit's URN of it.
    /// </summary>
    public Type? Find(string name) => _byName.GetValueOrDefault(name);

    public Type? Find(IEnumerable<string> names) => names.Select(Find).FirstOrDefault(x => x is not null);

    private static string[] Names(Type type)
    {
        var urn = MessageUrn.ForTypeString(type);
        return [type.Name, urn, urn["urn:message:".Length..]];
    }
}
