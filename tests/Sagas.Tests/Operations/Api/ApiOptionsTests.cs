using Microsoft.Extensions.Options;
using Sagas.Worker;

namespace Sagas.Tests.Operations.Api;

public sealed class ApiOptionsTests
{
    [Theory]
    [InlineData("Listen", "8080", "Sagas:Api:Listen is \"8080\", which is no address to listen on.")]
    [InlineData("Listen", "http://127.0.0.1:8080;ftp://127.0.0.1:8081", "Sagas:Api:Listen is \"ftp://127.0.0.1:8081\"")]
    [InlineData("Listen", "http://unix:/tmp/socket", "Sagas:Api:Listen is ")]
    [InlineData("Listen", " ; ", "Sagas:Api:Listen is ")]
    [InlineData("RequestTimeout", "50ms", "Sagas:Api:RequestTimeout is 50ms. Allowed: 100ms to 1h.")]
    [InlineData("HandlerTimeout", "31s", "Sagas:Api:HandlerTimeout is 31s. Allowed: 100ms to 30s.")]
    [InlineData("PageSize", "201", "Sagas:Api:PageSize is 201. Allowed: 1 to 200.")]
    [InlineData("MaxRequestBytes", "1000", "Sagas:Api:MaxRequestBytes is 1000. Allowed: 1024 to 67108864.")]
    public void Create_SettingThatIsNotAllowed_IsNamedWithWhatIs(string key, string value, string message) =>
        Should.Throw<OptionsValidationException>(
                () => SagasHost.Create(new Dictionary<string, string?> { [$"Sagas:Api:{key}"] = value }).Dispose())
            .Failures.ShouldContain(x => x.StartsWith(message, StringComparison.Ordinal));
}
