using MassTransit;
using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Orchestration.HttpSteps;
using Sagas.Orchestration.Timers;

namespace Sagas.Tests.Contracts;

/// <summary>Workers of different versions read each other's messages, wherever the types stand in the source.</summary>
public sealed class MessageUrnTests
{
    [Theory]
    [InlineData(typeof(SagaDue), "urn:message:Sagas.Worker.Orchestration:SagaDue")]
    [InlineData(typeof(StepDeferred), "urn:message:Sagas.Worker.Orchestration:StepDeferred")]
    [InlineData(typeof(StepOutcomeUnknown), "urn:message:Sagas.Worker.Orchestration:StepOutcomeUnknown")]
    [InlineData(typeof(PollHttpStep), "urn:message:Sagas.Worker.Participants:PollHttpStep")]
    public void ForType_MessageBetweenWorkers_IsTheNameThatWasShipped(Type type, string urn) =>
        MessageUrn.ForTypeString(type).ShouldBe(urn);

    [Fact]
    public void ForType_EveryContract_IsInTheContractsNamespace()
    {
        foreach (var type in typeof(StartSaga).Assembly.GetExportedTypes().Where(x => x.IsClass && !x.IsAbstract))
        {
            MessageUrn.ForTypeString(type).ShouldBe($"urn:message:Sagas.Contracts:{type.Name}");
        }
    }
}
