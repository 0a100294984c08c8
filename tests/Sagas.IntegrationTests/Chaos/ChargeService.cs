using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Npgsql;
using Sagas.Tests.Participants.Http;

namespace Sagas.IntegrationTests.Chaos;

/// <summary>
/// A service over HTTP with a table of its own: <c>POST /charges/{saga}</c> charges once, <c>DELETE</c> takes it back, and what
/// was taken back is not charged any more. It lives in the test's process; killed, it breaks every connection and takes none.
/// </summary>
/// <remarks>
/// The <c>mood</c> of a request: <c>well</c>; <c>busy</c>, a first attempt is answered with 503; <c>lost</c>, the answer to a first
/// attempt is lost; <c>declined</c>, 422.
/// </remarks>
internal sealed class ChargeService(NpgsqlDataSource database, string gateway) : IAsyncDisposable
{
    private HttpService _http = null!;

    public Uri Url => _http.Url;

    public string Host => _http.Host;

    public async Task StartAsync(CancellationToken ct)
    {
        await using (var command = database.CreateCommand(
            "create table if not exists charge (saga_id uuid primary key, charged_at timestamptz, refunded_at timestamptz)"))
        {
            await command.ExecuteNonQueryAsync(ct);
        }

        await ListenAsync($"{gateway}:0", ct);
    }

    public async Task KillAsync() => await _http.DisposeAsync();

    public Task StartAgainAsync(CancellationToken ct) => ListenAsync(Host, ct);

    public ValueTask DisposeAsync() => _http?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task ListenAsync(string address, CancellationToken ct) =>
        _http = await HttpService.StartAsync(ct, address, AnswerAsync);

    private Task AnswerAsync(HttpServiceRequest request, HttpContext context)
    {
        var saga = Guid.Parse(request.Target.Split('/')[^1]);
        return request.Method == "DELETE" ? RefundAsync(saga, context) : ChargeAsync(saga, request, context);
    }

    private async Task ChargeAsync(Guid saga, HttpServiceRequest request, HttpContext context)
    {
        var body = JsonElement.Parse(request.Body);
        var mood = body.GetProperty("mood").GetString();
        var isFirst = body.GetProperty("attempt").GetInt32() == 1;
        if (mood == "declined" || (mood == "busy" && isFirst))
        {
            context.Response.StatusCode = mood == "busy" ? 503 : 422;
            return;
        }

        await using var command = database.CreateCommand(
            """
            with charged as (insert into charge (saga_id, charged_at) values ($1, now()) on conflict do nothing returning 1)
            select exists (select from charged) or exists (select from charge where saga_id = $1 and refunded_at is null)
            """);
        command.Parameters.AddWithValue(saga);
        var isCharged = (bool)(await command.ExecuteScalarAsync(context.RequestAborted))!;
        if (mood == "lost" && isFirst)
        {
            context.Abort();
            return;
        }

        await (isCharged
            ? context.Response.WriteAsJsonAsync(new { charge = saga })
            : HttpService.StatusAsync(context, 422));
    }

    private async Task RefundAsync(Guid saga, HttpContext context)
    {
        await using var command = database.CreateCommand(
            """
            insert into charge (saga_id, refunded_at) values ($1, now())
            on conflict (saga_id) do update set refunded_at = coalesce(charge.refunded_at, now())
            """);
        command.Parameters.AddWithValue(saga);
        await command.ExecuteNonQueryAsync(context.RequestAborted);
        context.Response.StatusCode = 204;
    }
}
