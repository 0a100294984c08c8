using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Engine.Definitions;
using Sagas.Worker.CommandLine.Output;

namespace Sagas.Worker.CommandLine.Checking;

/// <summary>Checks definition files as a start does, without a worker: for a build.</summary>
internal sealed class ValidateCommand
{
    private readonly CommandContext _context;

    private readonly Argument<string[]> _files = new("FILE")
    {
        Description = "Definition files, or folders with *.json files.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _withSettings = new("--with-settings")
    {
        Description = "Also checks what steps over HTTP need to be configured on this worker: "
            + "allowed hosts and secrets.",
    };

    private readonly Option<bool> _json = CommandActions.JsonOption();

    private ValidateCommand(CommandContext context) => _context = context;

    public static Command Create(CommandContext context)
    {
        var validate = new ValidateCommand(context);
        var command = new Command(
            "validate",
            "Checks saga definitions as the worker does when it starts, and says all mistakes with file, line, path, "
            + "value and what is allowed. Needs no worker, database or broker. Exit code 1 if there are mistakes.")
        {
            validate._files,
            validate._withSettings,
            validate._json,
        };
        command.Do(context, (parse, _) => validate.RunAsync(parse));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parse)
    {
        var files = parse.GetRequiredValue(_files).SelectMany(FilesOf).Distinct(StringComparer.Ordinal).ToList();
        var (declarations, mistakes) = await ExamineAsync(files, parse.GetValue(_withSettings));
        if (parse.GetValue(_json))
        {
            _context.WriteJson(Report(files, declarations, mistakes));
        }
        else
        {
            _context.Write(Lines(files, declarations, mistakes));
        }

        return mistakes.Any(x => x.Count > 0) ? ExitCodes.NotWell : ExitCodes.Ok;
    }

    private static async Task<(IReadOnlyList<SagaDeclaration>, IReadOnlyList<MistakeList>)> ExamineAsync(
        List<string> files, bool withSettings)
    {
        var directory = Directory.GetCurrentDirectory();
        if (!withSettings)
        {
            return DeclarationSet.Examine(files, [], directory);
        }

        try
        {
            var builder = SagasHost.CreateBuilder(new Dictionary<string, string?>());
            await using var services = builder.Services.BuildServiceProvider();
            return DeclarationSet.Examine(files, services.GetServices<IDeclarationCheck>(), directory);
        }
        catch (Exception exception) when (ConfigurationMistakes.Describe(exception) is { } message)
        {
            throw CommandException.Usage(message);
        }
    }

    /// <exception cref="CommandException">There is nothing at the path.</exception>
    private static string[] FilesOf(string path)
    {
        if (!Directory.Exists(path))
        {
            return File.Exists(path)
                ? [path]
                : throw CommandException.Usage($"There is neither a file nor a folder {Path.GetFullPath(path)}.");
        }

        try
        {
            return DefinitionFolder.FilesOf(path).ToArray() is { Length: > 0 } files
                ? files
                : throw CommandException.Usage($"The folder {Path.GetFullPath(path)} has no file *.json.");
        }
        catch (SagaDefinitionException)
        {
            throw CommandException.Usage($"The folder {Path.GetFullPath(path)} may not be read by this user.");
        }
    }

    private static IEnumerable<Line> Lines(
        List<string> files, IReadOnlyList<SagaDeclaration> declarations, IReadOnlyList<MistakeList> mistakes)
    {
        var wrong = mistakes.Where(x => x.Count > 0).ToList();
        foreach (var declaration in declarations.Where(x => wrong.TrueForAll(list => list.Source != x.Source)))
        {
            yield return new Line("ok    ", Palette.Good)
                .Add($"{declaration.Source}: {declaration.Name} version {declaration.Version}, "
                    + Count(declaration.Steps.Count, "step"));
        }

        foreach (var list in wrong)
        {
            foreach (var mistake in list.Mistakes)
            {
                yield return new Line("wrong ", Palette.Bad).Add(mistake.ToString());
            }

            if (list.Count > list.Mistakes.Count)
            {
                yield return new Line("wrong ", Palette.Bad)
                    .Add($"{list.Source}: {list.Count - list.Mistakes.Count} more mistakes.");
            }
        }

        var total = wrong.Sum(x => x.Count);
        yield return new Line();
        yield return new Line(
            $"{Count(files.Count, "file")}, {(total == 0 ? "no mistakes" : Count(total, "mistake"))}.",
            total == 0 ? Palette.Good : Palette.Bad);
    }

    private static JsonElement Report(
        List<string> files, IReadOnlyList<SagaDeclaration> declarations, IReadOnlyList<MistakeList> mistakes) =>
        JsonSerializer.SerializeToElement(
            new
            {
                Files = files.Count,
                MistakeCount = mistakes.Sum(x => x.Count),
                Mistakes = mistakes.SelectMany(x => x.Mistakes).Select(x => new
                {
                    File = x.Source,
                    x.Line,
                    x.Column,
                    x.Path,
                    x.Value,
                    x.Problem,
                    x.Allowed,
                }),
                Definitions = declarations.Where(x => mistakes.All(list => list.Source != x.Source || list.Count == 0))
                    .Select(x => new { File = x.Source, x.Name, x.Version, Steps = x.Steps.Count, x.Hash }),
            },
            JsonSerializerOptions.Web);

    private static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";
}
