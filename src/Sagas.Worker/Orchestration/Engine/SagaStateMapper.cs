using Sagas.Persistence;

namespace Sagas.Worker.Orchestration;

/// <summary>Between what the engine knows of a saga and the rows that keep it.</summary>
internal static class SagaStateMapper
{
    public static SagaInstance Read(SagaState row) => throw new NotSupportedException();

    public static void Write(SagaInstance saga, SagaState row) => throw new NotSupportedException();

    public static SagaHistoryEntry ToEntry(Guid sagaId, HistoryRecord record) => throw new NotSupportedException();
}
