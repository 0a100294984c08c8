using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Contracts;
using Sagas.Tests.Orchestration;

namespace Sagas.Tests.Operations.Api;

/// <summary>The whole worker in this process, with its API on a port of its own, and a client of it.</summary>
internal sealed class ApiRun : IAsyncDisposable
{
    private ApiRun(EmbeddedWorker worker)
    {
        Worker = worker;
        Address = new Uri(worker.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(2) };
    }

    public EmbeddedWorker Worker { get; }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public static async Task<ApiRun> StartAsync(
        string definition,
        CancellationToken ct,
        Func<IStepCommand, object?>? answer = null,
        IReadOnlyDictionary<string, string?>? settings = null,
        Action<IServiceCollection>? configure = null,
        string? database = null)
    {
        var all = new Dictionary<string, string?>
        {
            ["Sagas:Api:Enabled"] = "true",
            ["Sagas:Api:Listen"] = "http://127.0.0.1:0",
            ["Sagas:Api:CountsAge"] = "0s",
        };
        foreach (var (key, value) in settings ?? new Dictionary<string, string?>())
        {
            all[key] = value;
        }

        return new ApiRun(await EmbeddedWorker.StartAsync(definition, ct, answer, all, configure: configure, database: database));
    }

    public Task<Reply> GetAsync(string path, CancellationToken ct) => SendAsync(new(HttpMethod.Get, path), ct);

    public Task<Reply> PostAsync(string path, string body, CancellationToken ct, string? key = null) =>
        PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), ct, key);

    public Task<Reply> PostAsync(string path, HttpContent body, CancellationToken ct, string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body };

        // A body that is refused for its length is not sent: else the refusal may meet a client that still sends.
        request.Headers.ExpectContinue = body.Headers.ContentLength > 1_000_000;
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return SendAsync(request, ct);
    }

    public async Task<Guid> StartSagaAsync(string body, CancellationToken ct)
    {
        var reply = await PostAsync("/api/v1/sagas", body, ct);
        reply.Status.ShouldBe(201, reply.Text);
        return reply.Json.GetProperty("id").GetGuid();
    }

    public async Task<Reply> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        using var response = await Client.SendAsync(request, ct);
        var text = await response.Content.ReadAsStringAsync(ct);
        return new Reply((int)response.StatusCode, text, response.Headers, response.Content.Headers.ContentType?.MediaType);
    }

    public ValueTask DisposeAsync()
    {
        Client.Dispose();
        return Worker.DisposeAsync();
    }

    /// <summary>What the API answered.</summary>
    internal sealed record Reply(int Status, string Text, HttpResponseHeaders Headers, string? ContentType)
    {
        public JsonElement Json => JsonElement.Parse(Text);

        public string? Code => Json.GetProperty("code").GetString();

        public string? this[string name] => Json.TryGetProperty(name, out var value) ? value.ToString() : null;

        /// <summary>It is a problem of that code, told as one.</summary>
        public Reply ShouldBeProblem(int status, string code)
        {
            (Status, ContentType).ShouldBe((status, "application/problem+json"), Text);
            Code.ShouldBe(code);
            Json.GetProperty("status").GetInt32().ShouldBe(status);
            Json.GetProperty("detail").GetString().ShouldNotBeNullOrWhiteSpace();
            return this;
        }
    }
}
