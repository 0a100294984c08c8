namespace Sagas.Engine.Definitions;

/// <summary>Reads the definitions of a folder, all of them before it complains about any.</summary>
internal static class DefinitionFolder
{
    private const string DefaultFolder = "sagas";

    /// <summary>
    /// The folder that the options mean, or <see langword="null"/> when there is none and none was asked for.
    /// </summary>
    /// <exception cref="SagaDefinitionException">The configured folder does not exist.</exception>
    public static string? Find(DefinitionOptions options, string workingDirectory, string executableDirectory)
    {
        if (options.Path is { Length: > 0 } configured)
        {
            var folder = Path.GetFullPath(configured, workingDirectory);
            return Directory.Exists(folder)
                ? folder
                : throw new SagaDefinitionException(
                    $"{DefinitionOptions.Section}:Path is \"{configured}\", but there is no folder {folder}. " +
                    "Name the folder with the saga definitions, or leave the key out.");
        }

        return new[] { workingDirectory, executableDirectory }
            .Select(parent => Path.Combine(parent, DefaultFolder))
            .FirstOrDefault(Directory.Exists);
    }

    /// <summary>Reads every <c>*.json</c> file of the folder, not of folders within it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="workingDirectory">What the names of the files in error messages are relative to.</param>
    /// <param name="mistakes">Gets one list a file.</param>
    public static List<SagaDeclaration> Read(string folder, string workingDirectory, List<MistakeList> mistakes) =>
        Read(FilesOf(folder), workingDirectory, mistakes);

    /// <summary>The files of a folder that are definitions.</summary>
    /// <exception cref="SagaDefinitionException">The folder cannot be read.</exception>
    public static IEnumerable<string> FilesOf(string folder)
    {
        try
        {
            return Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SagaDefinitionException(
                $"The folder of the saga definitions cannot be read: {exception.Message.TrimEnd('.')}. "
                + "Make it readable for the user that the worker runs as.");
        }
    }

    /// <summary>Reads files.</summary>
    /// <param name="files">The files.</param>
    /// <param name="workingDirectory">What the names of the files in error messages are relative to.</param>
    /// <param name="mistakes">Gets one list a file.</param>
    public static List<SagaDeclaration> Read(
        IEnumerable<string> files, string workingDirectory, List<MistakeList> mistakes)
    {
        var declarations = new List<SagaDeclaration>();
        foreach (var file in files)
        {
            var list = new MistakeList(Shorter(file, Path.GetRelativePath(workingDirectory, file)));
            mistakes.Add(list);
            if (ReadFile(file, list) is { } declaration)
            {
                declarations.Add(declaration);
            }
        }

        return declarations;
    }

    private static SagaDeclaration? ReadFile(string file, MistakeList mistakes)
    {
        if (ReadBytes(file, mistakes) is not { } bytes
            || DeclarationReader.Read(bytes, mistakes) is not { } declaration)
        {
            return null;
        }

        DeclarationRules.Check(declaration, mistakes);
        return declaration;
    }

    private static byte[]? ReadBytes(string file, MistakeList mistakes)
    {
        try
        {
            using var stream = File.OpenRead(file);
            var buffer = new byte[DefinitionLimits.MaxFileBytes + 1];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (length <= DefinitionLimits.MaxFileBytes)
            {
                return buffer[..length];
            }

            mistakes.Add("", value: null, "is too long", "Allowed: files up to 1 MiB");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            var reason = exception.Message.TrimEnd('.');
            mistakes.Add("", value: null, $"cannot be read: {reason}", "Make the file readable");
        }

        return null;
    }

    private static string Shorter(string left, string right) => right.Length < left.Length ? right : left;
}
