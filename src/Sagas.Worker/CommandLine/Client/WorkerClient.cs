using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sagas.Dashboard.Api;
using Sagas.Dashboard.Commands;
using Sagas.Dashboard.Queries;

namespace Sagas.Worker.CommandLine.Client;

/// <summary>A worker's API, for the commands.</summary>
internal sealed class WorkerClient : IDisposable
{
    // Longer than the worker lets any request take.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly HttpClient _http;

    /// <param name="address">Where it is.</param>
    /// <param name="key">The API key, if it demands one.</param>
    public WorkerClient(Uri address, string? key)
    {
        Address = address;
        _http = new HttpClient(new SocketsHttpHandler
        {
            // A proxy for the outside world does not know this machine.
            UseProxy = !address.IsLoopback,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            AllowAutoRedirect = false,
        })
        {
            BaseAddress = new Uri($"{address.GetLeftPart(UriPartial.Path).TrimEnd('/')}{ApiExtensions.Prefix}/"),
            Timeout = Patience,
        };
        _http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        _http.DefaultRequestHeaders.Add(OperatorIdentity.Header, Self());
        if (key is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
    }

    /// <summary>Where the worker is.</summary>
    public Uri Address { get; }

    /// <summary>Sagas, a page of them.</summary>
    /// <param name="query">The query, with its question mark, or empty.</param>
    /// <param name="stop">Stops it.</param>
    public Task<Reply<Page<SagaSummary>>> ListAsync(string query, CancellationToken stop) =>
        GetAsync<Page<SagaSummary>>($"sagas{query}", stop);

    /// <summary>A saga.</summary>
    public Task<Reply<SagaDetail>> GetAsync(Guid id, CancellationToken stop) =>
        GetAsync<SagaDetail>($"sagas/{id}", stop);

    /// <summary>All of a saga's history.</summary>
    public async Task<Reply<IReadOnlyList<HistoryView>>> HistoryAsync(Guid id, CancellationToken stop)
    {
        var (entries, json) = (new List<HistoryView>(), new List<JsonElement>());
        string? next = null;
        do
        {
            var cursor = next is null ? "" : $"?cursor={Uri.EscapeDataString(next)}";
            var page = await GetAsync<Page<HistoryView>>($"sagas/{id}/history{cursor}", stop);
            entries.AddRange(page.Value.Items);
            json.AddRange(page.Json.GetProperty("items").EnumerateArray());
            next = page.Value.Next;
        }
        while (next is not null);

        return new(entries, JsonSerializer.SerializeToElement(json));
    }

    /// <summary>Starts a saga.</summary>
    /// <param name="name">The name of its definition.</param>
    /// <param name="version">The definition's version; by default the highest.</param>
    /// <param name="input">Its input.</param>
    /// <param name="key">The key under which the request may be repeated.</param>
    /// <param name="stop">Stops it.</param>
    public Task<Reply<StartedSaga>> StartAsync(
        string name, int? version, JsonElement input, string key, CancellationToken stop)
    {
        var request = Post("sagas", new StartBody { Name = name, Version = version, Input = input });
        request.Headers.TryAddWithoutValidation(StartEndpoint.KeyHeader, key);
        return SendAsync<StartedSaga>(request, stop);
    }

    /// <summary>Has an operator's command carried out.</summary>
    /// <param name="id">The saga.</param>
    /// <param name="verb">What is to be done: the last part of the path.</param>
    /// <param name="reason">Why.</param>
    /// <param name="step">Which step, where the command names one.</param>
    /// <param name="stop">Stops it.</param>
    public Task<Reply<CommandDone>> OperateAsync(
        Guid id, string verb, string reason, string? step, CancellationToken stop) => SendAsync<CommandDone>(
            Post($"sagas/{id}/{verb}", step is null
                ? new ReasonBody { Reason = reason }
                : new SkipBody { Step = step, Reason = reason }),
            stop);

    /// <summary>The definitions, by name and version.</summary>
    public Task<Reply<IReadOnlyList<DefinitionView>>> DefinitionsAsync(CancellationToken stop) =>
        GetAsync<IReadOnlyList<DefinitionView>>("definitions", stop);

    /// <summary>Has a version of a definition withdrawn or restored.</summary>
    /// <param name="name">The definition's name.</param>
    /// <param name="version">The version.</param>
    /// <param name="verb">Which of the two: the last part of the path.</param>
    /// <param name="reason">Why.</param>
    /// <param name="stop">Stops it.</param>
    public Task<Reply<WithdrawalDone>> WithdrawalAsync(
        string name, int version, string verb, string reason, CancellationToken stop) => SendAsync<WithdrawalDone>(
            Post($"definitions/{Uri.EscapeDataString(name)}/{version}/{verb}", new ReasonBody { Reason = reason }), stop);

    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage Post(string path, object body) =>
        new(HttpMethod.Post, path) { Content = JsonContent.Create(body, body.GetType(), options: Json) };

    private Task<Reply<T>> GetAsync<T>(string path, CancellationToken stop) =>
        SendAsync<T>(new HttpRequestMessage(HttpMethod.Get, path), stop);

    /// <exception cref="CommandException">The worker does not answer, or refuses.</exception>
    private async Task<Reply<T>> SendAsync<T>(HttpRequestMessage request, CancellationToken stop)
    {
        using (request)
        {
            try
            {
                using var response = await _http.SendAsync(request, stop);
                var text = await response.Content.ReadAsStringAsync(stop);
                return response.IsSuccessStatusCode
                    ? Read<T>(text) with { WasReplayed = response.Headers.Contains(StartEndpoint.ReplayedHeader) }
                    : throw ProblemReader.Read(response, text, Address);
            }
            catch (HttpRequestException exception)
            {
                throw ProblemReader.Unreachable(Address, exception.GetBaseException().Message);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                throw ProblemReader.Unreachable(Address, $"no answer within {Patience.TotalSeconds} s");
            }
        }
    }

    private Reply<T> Read<T>(string text)
    {
        try
        {
            var json = JsonElement.Parse(text);
            return new Reply<T>(json.Deserialize<T>(Json) ?? throw new JsonException(), json);
        }
        catch (JsonException)
        {
            throw ProblemReader.Stranger(Address);
        }
    }

    /// <summary>
    /// Who asks, for the history of what operators do; a worker that knows the caller by its key goes by that.
    /// </summary>
    private static string Self()
    {
        var name = $"{Environment.UserName}@{Environment.MachineName}";
        return string.Concat(
            Encoding.ASCII.GetString(Encoding.ASCII.GetBytes(name)).Where(x => x is > ' ' and < '\u007f'));
    }
}
