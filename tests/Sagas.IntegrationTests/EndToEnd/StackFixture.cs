namespace Sagas.IntegrationTests.EndToEnd;

/// <summary>One stack for the tests of a class.</summary>
public sealed class StackFixture : IAsyncLifetime
{
    internal SagasStack Stack { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Stack = await SagasStack.StartAsync(CancellationToken.None);

    public ValueTask DisposeAsync() => Stack is null ? ValueTask.CompletedTask : Stack.DisposeAsync();
}
