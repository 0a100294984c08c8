using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Sagas.Dashboard.Api;
using Sagas.Dashboard.Pages;
using Sagas.Dashboard.Pages.Models;
using Sagas.Dashboard.Queries;

namespace Sagas.Tests.Inspector.Models;

public sealed class SagaModelsTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Id = Guid.Parse("0196f6a0-5a0e-7c3c-9d8a-3f1c7a0b2d4e");
    private static readonly Visitor Everybody = new(null, true, true);

    private readonly List<HistoryView> _history = [];

    [Fact]
    public void Of_StepsOfOneSaga_StandOnOneAxis()
    {
        Add(0, "StepSent", "reserve", "Execute", 1);
        Add(25, "StepSucceeded", "reserve", "Execute", 1);
        Add(25, "StepSent", "ship", "Execute", 1);
        Add(50, "StepFailed", "ship", "Execute", 1, """{"code":"BUSY","retryAt":"2026-01-31T12:01:15Z"}""");
        Add(75, "StepSent", "ship", "Execute", 2);

        var chart = Model(Saga("Running"), now: 100).Timeline;

        chart.Ticks.Select(x => x.Label).ShouldBe(["start", "+25s", "+50s", "+1m 15s", "+1m 40s"]);
        var reserve = chart.Lanes[0].Bars.ShouldHaveSingleItem();
        (Round(reserve.X), Round(reserve.Width), reserve.Kind, reserve.Mark).ShouldBe((0, 25, "execute", "✓"));
        chart.Lanes[1].Bars.Select(x => (Round(x.X), Round(x.Width), x.Kind, x.Mark)).ShouldBe(
            [(25, 25, "execute", "✗"), (50, 25, "wait", ""), (75, 25, "execute", "")]);
        chart.Lanes[1].Told.ShouldBe("attempt, 25s: failed; waited 25s; attempt, 25s: under way");
    }

    [Fact]
    public void Of_TimeOfASuspension_IsLeftOutOfTheAxis()
    {
        Add(0, "StepSent", "reserve", "Execute", 1);
        Add(10, "SagaSuspended", "reserve", "Execute", 1);
        Add(36_010, "SagaRetried", "reserve", "Execute");
        Add(36_010, "StepSent", "reserve", "Execute", 2);
        Add(36_020, "StepSucceeded", "reserve", "Execute", 2);

        var chart = Model(Saga("Completed"), now: 40_000).Timeline;

        chart.LeftOut.ShouldBe(TimeSpan.FromHours(10));
        Round(chart.Gaps.ShouldHaveSingleItem()).ShouldBe(50);
        chart.Lanes[0].Bars[^1].Width.ShouldBeGreaterThan(40);
    }

    [Fact]
    public void Of_VisitorWithoutTheRight_HasNoPayloads()
    {
        var model = Model(Saga("Running"), visitor: Everybody with { MaySeePayloads = false });

        (model.Input, model.Results).ShouldBe((null, null));
    }

    [Fact]
    public void Of_LargeInput_IsCutOff()
    {
        var large = Saga("Running") with { Input = JsonElement.Parse($$"""{"text":"{{new string('x', 100_000)}}"}""") };

        Model(large).Input!.Length.ShouldBeLessThan(21_000);
    }

    [Theory]
    [InlineData(true, "sagas.saga_overview")]
    [InlineData(false, " saga_overview")]
    public void Of_Database_IsAskedInItsOwnSql(bool isPostgres, string table) =>
        SagaModels.Of(Saga("Running"), new([], null), Everybody, isPostgres, Start).Sql.ShouldContain(table);

    [Fact]
    public void Of_HistoryThatIsLonger_SaysWhereItGoesOn() =>
        SagaModels.Of(Saga("Running"), new([], "1000"), Everybody, true, Start).MoreHistory.ShouldBe($"/sagas/{Id}?after=1000");

    [Theory]
    [InlineData("", "/")]
    [InlineData("?state=Suspended&name=order&age=1h&text=card%20decl", "/?state=Suspended&name=order&age=1h&text=card%20decl")]
    [InlineData("?sort=attention&age=never&other=1", "/")]
    [InlineData("?sort=newest", "/?sort=newest")]
    public void Filter_FromAnAddress_HasItAgain(string query, string address) => Read(query).Href.ShouldBe(address);

    [Fact]
    public void Filter_Age_IsCountedFromNow() =>
        Read("?age=1h").ToQuery(new ApiOptions(), Start).From.ShouldBe(Start.AddHours(-1));

    [Fact]
    public void Filter_StateThatIsNone_IsRefused() =>
        Should.Throw<ProblemException>(() => Read("?state=Sleeping").ToQuery(new ApiOptions(), Start));

    private static ListFilter Read(string query) => ListFilter.Read(new QueryCollection(QueryHelpers.ParseQuery(query)));

    private static int Round(double value) => (int)Math.Round(value);

    private static SagaDetail Saga(string state) => new()
    {
        Id = Id,
        Name = "order",
        Version = 1,
        State = state,
        Progress = new ProgressView(0, 0, 2),
        StartedAt = Start,
        UpdatedAt = Start,
        Revision = 1,
        Input = JsonElement.Parse("{}"),
        Results = JsonElement.Parse("{}"),
        Steps = [new StepView { Name = "reserve", Status = "Running" }, new StepView { Name = "ship", Status = "Pending" }],
    };

    private SagaModel Model(SagaDetail saga, double now = 0, Visitor? visitor = null) =>
        SagaModels.Of(saga, new Page<HistoryView>(_history, null), visitor ?? Everybody, true, Start.AddSeconds(now));

    private void Add(
        double seconds, string name, string? step = null, string? direction = null, int? attempt = null, string? detail = null) =>
        _history.Add(new HistoryView
        {
            Sequence = _history.Count + 1,
            Time = Start.AddSeconds(seconds),
            Event = name,
            Step = step,
            Direction = direction,
            Attempt = attempt,
            Detail = detail is null ? null : JsonElement.Parse(detail),
        });
}
