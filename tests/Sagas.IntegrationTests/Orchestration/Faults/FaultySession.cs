using Sagas.Tests.Orchestration.Faults.Contract;

namespace Sagas.IntegrationTests.Orchestration.Faults;

/// <summary>
/// A client's connection. What the client sends until it waits for an answer is one exchange, and every exchange is a
/// seam. A failure of either side ends it.
/// </summary>
internal sealed class FaultySession(Stream client, Stream server, StoreFaults faults)
{
    private readonly Dictionary<string, string> _prepared = [];
    private char _status = 'I';

    public async Task RunAsync(CancellationToken ct)
    {
        var startup = await PostgresMessage.ReadAsync(client, hasType: false, ct);
        if (startup is null)
        {
            return;
        }

        if (startup.IsCancelRequest)
        {
            if (!faults.IsSilent)
            {
                faults.LoseAnswer();
            }

            await server.WriteAsync(startup.Bytes, ct);
            return;
        }

        if (!await ExchangeAsync("open", [startup], ct))
        {
            return;
        }

        while (await ReadExchangeAsync(ct) is { } exchange)
        {
            if (!await ExchangeAsync(exchange.Text, exchange.Messages, ct))
            {
                return;
            }
        }
    }

    private async Task<(string Text, List<PostgresMessage> Messages)?> ReadExchangeAsync(CancellationToken ct)
    {
        var messages = new List<PostgresMessage>();
        var texts = new List<string>();
        while (await PostgresMessage.ReadAsync(client, hasType: true, ct) is { Type: not 'X' } message)
        {
            messages.Add(message);
            switch (message.Type)
            {
                case 'P':
                    var parsed = message.Texts(2);
                    _prepared[parsed[0]] = parsed[1];
                    break;
                case 'B':
                    texts.Add(_prepared[message.Texts(2)[1]]);
                    break;
                case 'Q':
                    texts.Add(message.Texts(1)[0]);
                    return (string.Join("; ", texts), messages);
                case 'S':
                    return (string.Join("; ", texts), messages);
            }
        }

        return null;
    }

    /// <returns>Whether the connection is still there.</returns>
    private async Task<bool> ExchangeAsync(string text, List<PostgresMessage> messages, CancellationToken ct)
    {
        var fault = (PostgresFault?)faults.Meet(text);
        switch (fault?.Effect)
        {
            case PostgresEffect.CutBefore:
                return false;
            case PostgresEffect.SilentBefore:
                await UntilClientGivesUpAsync(ct);
                return false;
            case PostgresEffect.Error when messages[0].Type != '\0':
                // Npgsql reads the answer to the BEGIN that precedes a statement before that of the statement.
                _status = _status == 'I' ? 'I' : 'E';
                await WriteAsync([PostgresMessage.Error("ERROR", fault.State), PostgresMessage.ReadyForQuery(_status)], ct);
                return true;
            case PostgresEffect.Error or PostgresEffect.Fatal:
                await WriteAsync([PostgresMessage.Error("FATAL", fault.State)], ct);
                return false;
        }

        foreach (var message in messages)
        {
            await server.WriteAsync(message.Bytes, ct);
        }

        var isThere = await AnswerAsync(isHeard: fault is null, ct);
        if (fault?.Effect == PostgresEffect.SilentAfter)
        {
            await UntilClientGivesUpAsync(ct);
        }

        return isThere && fault is null;
    }

    private async Task<bool> AnswerAsync(bool isHeard, CancellationToken ct)
    {
        while (await PostgresMessage.ReadAsync(server, hasType: true, ct) is { } message)
        {
            if (isHeard || message.Type == 'R')
            {
                await client.WriteAsync(message.Bytes, ct);
            }

            if (message.AsksForPassword)
            {
                var password = await PostgresMessage.ReadAsync(client, hasType: true, ct);
                await server.WriteAsync(password!.Bytes, ct);
            }
            else if (message.Type == 'Z')
            {
                _status = (char)message.Bytes[5];
                return true;
            }
        }

        return false;
    }

    private async Task WriteAsync(IEnumerable<PostgresMessage> messages, CancellationToken ct)
    {
        foreach (var message in messages)
        {
            await client.WriteAsync(message.Bytes, ct);
        }
    }

    private async Task UntilClientGivesUpAsync(CancellationToken ct)
    {
        faults.Silence();
        var rest = new byte[1024];
        while (await client.ReadAsync(rest, ct) > 0)
        {
        }
    }
}
