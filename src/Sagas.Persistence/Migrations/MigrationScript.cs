namespace Sagas.Persistence.Migrations;

/// <summary>Reads the SQL of a migration, which stands in a file for each database.</summary>
internal static class MigrationScript
{
    public static string Read(string name, string? provider)
    {
        var database = provider?.EndsWith(".Sqlite", StringComparison.Ordinal) == true ? "sqlite" : "postgres";
        var file = $"{name}.{database}.sql";
        using var stream = typeof(MigrationScript).Assembly.GetManifestResourceStream(file)
            ?? throw new InvalidOperationException($"The migration script {file} is missing from the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
