using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Dashboard.Api;
using Sagas.Dashboard.Pages.Alerts;
using Sagas.Dashboard.Pages.Components;
using Sagas.Dashboard.Pages.Models;

namespace Sagas.Dashboard.Pages;

/// <summary>Adds the page on which operators look at sagas and steer them.</summary>
internal static class InspectorExtensions
{
    public static void AddInspector(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RecentCounts>();
        builder.Services.AddSingleton<InspectorQueries>();
    }

    public static void MapInspector(this WebApplication app)
    {
        // It counts from now on, not from the first time that somebody looks.
        app.Services.GetRequiredService<RecentCounts>();
        app.MapInspectorAssets();
        var pages = app.MapGroup("/").ExcludeFromDescription().RequireAuthorization(ApiAccess.Read)
            .AddEndpointFilter<RouteGroupBuilder, HandlerTimeoutFilter>();
        pages.MapPage("/", HomeAsync);
        pages.MapPage("/sagas/{id}", SagaAsync);
        pages.MapPage("/definitions", DefinitionsAsync);
    }

    private static async Task<PageResult<HomePage>> HomeAsync(
        HttpContext context, InspectorQueries queries, CancellationToken stop) => new(new()
        {
            [nameof(HomePage.Model)] = await queries.HomeAsync(ListFilter.Read(context.Request.Query), stop),
            [nameof(HomePage.Visitor)] = await Visitor.OfAsync(context),
        });

    private static async Task<PageResult<SagaPage>> SagaAsync(
        string id, HttpContext context, InspectorQueries queries, CancellationToken stop)
    {
        var saga = RouteValues.SagaId(id);
        var query = new QueryReader(context.Request.Query, "after");
        var after = (int)(query.Integer("after", 0, int.MaxValue) ?? 0);
        var visitor = await Visitor.OfAsync(context);
        var model = await queries.SagaAsync(saga, after, visitor, stop)
            ?? throw new ProblemException(Problems.SagaNotFound(saga));
        return new(new() { [nameof(SagaPage.Model)] = model, [nameof(SagaPage.Visitor)] = visitor });
    }

    private static async Task<PageResult<DefinitionsPage>> DefinitionsAsync(
        HttpContext context, InspectorQueries queries, CancellationToken stop) => new(new()
        {
            [nameof(DefinitionsPage.Definitions)] = await queries.DefinitionsAsync(stop),
            [nameof(DefinitionsPage.Visitor)] = await Visitor.OfAsync(context),
        });
}
