using Microsoft.Data.Sqlite;

namespace Sagas.Worker.Demo;

/// <summary>What the demo leaves behind in its folder.</summary>
internal sealed record DemoFiles(string Folder)
{
    public string Sagas => Path.Combine(Folder, "sagas.db");

    public string Participants => Path.Combine(Folder, "participants.db");

    public string SagasConnection => Connect(Sagas, SqliteOpenMode.ReadWriteCreate);

    public string ParticipantsConnection => Connect(Participants, SqliteOpenMode.ReadWriteCreate);

    public string HealthFile => Path.Combine(Folder, "worker.health");

    public string LogOf(int worker) => Path.Combine(Folder, $"worker-{worker}.log");

    public static string Connect(string file, SqliteOpenMode mode) =>
        new SqliteConnectionStringBuilder { DataSource = file, Mode = mode }.ToString();

    /// <summary>
    /// Makes the folder: the one that was asked for, which must be empty, or a new one for temporary files.
    /// </summary>
    /// <exception cref="DemoException">It is not empty, or cannot be made.</exception>
    public static DemoFiles Create(string? folder)
    {
        try
        {
            if (folder is null)
            {
                return new DemoFiles(Directory.CreateTempSubdirectory("sagas-demo-").FullName);
            }

            var path = Directory.CreateDirectory(folder).FullName;
            return Directory.EnumerateFileSystemEntries(path).Any()
                ? throw new DemoException($"--folder is {path}, which is not empty. Name a new one, or leave it out.")
                : new DemoFiles(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DemoException($"--folder is {folder}, which cannot be made: {exception.Message}");
        }
    }
}
