namespace Sagas.Tests.Operations.Api;

/// <summary>A stored definition that a newer worker wrote, and that this one cannot read.</summary>
public sealed class UnreadableDefinitionTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Definitions_OneCannotBeReadHere_IsShownAsSuchBesideTheOthers()
    {
        await using var api = await ApiRun.StartAsync(
            """{ "name": "order", "version": 1, "steps": [{ "name": "reserve", "queue": "participants" }] }""", Ct);
        await api.Worker.RowsAsync(
            """
            insert into saga_definition (name, version, hash, content, created_at)
            values ('novel', 3, 'x', '{"name":"novel","version":3,"novelty":1,"steps":[]}', '2026-01-02 03:04:05')
            """);

        var list = (await api.GetAsync("/api/v1/definitions", Ct)).Json.EnumerateArray().ToList();
        var page = await api.Client.GetStringAsync("/definitions", Ct);

        list.Select(x => x.GetProperty("name").GetString()).ShouldBe(["novel", "order"]);
        list[0].GetProperty("problem").GetString().ShouldNotBeNull().ShouldContain("novelty");
        list[1].TryGetProperty("problem", out _).ShouldBeFalse();
        page.ShouldContain("This worker cannot read it");
        page.ShouldContain("reserve");
    }
}
