using System.CommandLine;
using System.Text.Json;
using Sagas.Contracts.Text;
using Sagas.Worker.CommandLine.Client;
using Sagas.Worker.CommandLine.Output;
using Spectre.Console;

namespace Sagas.Worker.CommandLine.Checking;

/// <summary>Looks at everything that a worker needs, and says what to do.</summary>
internal sealed class DoctorCommand
{
    private const int CheckWidth = 13;
    private const int StatusWidth = 6;

    private readonly CommandContext _context;
    private readonly WorkerSettings _settings = new();
    private readonly WorkerAddress _address = new();
    private readonly Option<bool> _json = CommandActions.JsonOption();

    private DoctorCommand(CommandContext context) => _context = context;

    public static Command Create(CommandContext context)
    {
        var doctor = new DoctorCommand(context);
        var command = new Command(
            "doctor",
            "Checks settings, definitions, database, broker and API of the worker that is configured here, changes "
            + "nothing, and says for each failure what to do. Exit code 1 if a check failed.");
        doctor._settings.AddTo(command);
        doctor._address.AddTo(command);
        command.Options.Add(doctor._json);
        command.Do(context, doctor.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parse, CancellationToken stop)
    {
        using var client = _address.Connect(parse, _context);
        var isJson = parse.GetValue(_json);
        var results = new List<CheckResult>();
        await foreach (var result in new Doctor(_settings.ToConfiguration(parse), client).ExamineAsync(stop))
        {
            results.Add(result);
            if (!isJson)
            {
                _context.Write(Lines(result));
            }
        }

        if (isJson)
        {
            _context.WriteJson(Report(results));
        }
        else
        {
            _context.Write([new Line(), Summary(results)]);
        }

        return results.Exists(x => x.Status == CheckStatus.Fail) ? ExitCodes.NotWell : ExitCodes.Ok;
    }

    private IEnumerable<Line> Lines(CheckResult result)
    {
        const int Indent = StatusWidth + CheckWidth;
        var width = Math.Max(20, _context.Width - Indent);
        var line = new Line(NameOf(result.Status), StyleOf(result.Status))
            .PadTo(StatusWidth)
            .Add(result.Check)
            .PadTo(Indent);
        var finding = Printable.Of(result.Finding, keepLines: true).Split('\n');
        foreach (var text in finding.SelectMany(x => TextWidth.Wrap(x, width)))
        {
            yield return line.Add(text);
            line = new Line().PadTo(Indent);
        }

        foreach (var text in result.Advice is null ? [] : TextWidth.Wrap($"→ {result.Advice}", width))
        {
            yield return new Line().PadTo(Indent).Add(text, Palette.Strong);
        }
    }

    private static Line Summary(List<CheckResult> results)
    {
        var failed = results.Count(x => x.Status == CheckStatus.Fail);
        var warned = results.Count(x => x.Status == CheckStatus.Warn);
        return (failed, warned) switch
        {
            (0, 0) => new Line("All is well.", Palette.Good),
            (0, _) => new Line($"It works; {warned} to look at.", Palette.Warning),
            _ => new Line(
                $"{failed} failed, {warned} to look at, {results.Count - failed - warned} well.", Palette.Bad),
        };
    }

    private static JsonElement Report(List<CheckResult> results) => JsonSerializer.SerializeToElement(
        results.Select(x => new { x.Check, Status = NameOf(x.Status), x.Finding, x.Advice }),
        JsonSerializerOptions.Web);

    private static string NameOf(CheckStatus status) => status switch
    {
        CheckStatus.Ok => "ok",
        CheckStatus.Warn => "warn",
        _ => "fail",
    };

    private static Style StyleOf(CheckStatus status) => status switch
    {
        CheckStatus.Ok => Palette.Good,
        CheckStatus.Warn => Palette.Warning,
        _ => Palette.Bad,
    };
}
