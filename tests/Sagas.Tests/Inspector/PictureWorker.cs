namespace Sagas.Tests.Inspector;

/// <summary>A worker with <see cref="PictureShop"/>, and a few sagas that it ran itself, for its rates.</summary>
public sealed class PictureWorker : IAsyncLifetime
{
    private InspectorWorker? _worker;

    public Uri Address => _worker!.Address;

    public async ValueTask InitializeAsync()
    {
        _worker = await InspectorWorker.StartAsync();
        for (var i = 0; i < 12; i++)
        {
            await _worker.StartFineAsync();
        }

        await PictureShop.OpenAsync(_worker.Worker, TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => _worker!.DisposeAsync();
}
