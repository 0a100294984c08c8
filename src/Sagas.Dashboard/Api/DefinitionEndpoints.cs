using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Sagas.Contracts.Text;
using Sagas.Dashboard.Commands;
using Sagas.Dashboard.Queries;

namespace Sagas.Dashboard.Api;

/// <summary>Shows the definitions, withdraws versions of them and restores those.</summary>
internal static class DefinitionEndpoints
{
    public static void MapDefinitions(this IEndpointRouteBuilder api)
    {
        var definitions = api.MapGroup("/definitions").WithTags("Definitions");
        definitions.MapGet("/", ListAsync).WithName("ListDefinitions").WithProblems(408, 503)
            .WithSummary("The definitions that are loaded, and those that any worker has stored.")
            .RequireAuthorization(ApiAccess.Read);
        definitions.MapGet("/{name}/{version}", GetAsync)
            .WithName("GetDefinition")
            .WithProblems(400, 404, 408, 503)
            .WithSummary("A definition with every default filled in.")
            .RequireAuthorization(ApiAccess.Read);
        definitions.MapPost("/{name}/{version}/withdraw", WithdrawAsync).ForOperators<ReasonBody>(
            "WithdrawDefinition",
            "Lets no saga start on a version any more, at any worker. The sagas that run on it go on.",
            400, 404, 408, 413, 415, 503);
        definitions.MapPost("/{name}/{version}/restore", RestoreAsync).ForOperators<ReasonBody>(
            "RestoreDefinition",
            "Lets sagas start on a withdrawn version again.",
            400, 404, 408, 413, 415, 503);
    }

    private static async Task<Ok<IReadOnlyList<DefinitionView>>> ListAsync(
        DefinitionQueries definitions, CancellationToken stop) =>
        TypedResults.Ok(await definitions.ListAsync(stop));

    private static async Task<Ok<DefinitionDetail>> GetAsync(
        string name, string version, DefinitionQueries definitions, CancellationToken stop)
    {
        var number = NumberOf(version);
        return TypedResults.Ok(await definitions.FindAsync(name, number, stop) ?? throw NotFound(name, number));
    }

    private static Task<Ok<WithdrawalDone>> WithdrawAsync(
        string name,
        string version,
        [AsParameters] OperatorRequest<ReasonBody> request,
        DefinitionWithdrawal withdrawal,
        CancellationToken stop) => ChangeAsync(withdrawal.WithdrawAsync, name, version, request, stop);

    private static Task<Ok<WithdrawalDone>> RestoreAsync(
        string name,
        string version,
        [AsParameters] OperatorRequest<ReasonBody> request,
        DefinitionWithdrawal withdrawal,
        CancellationToken stop) => ChangeAsync(withdrawal.RestoreAsync, name, version, request, stop);

    private static async Task<Ok<WithdrawalDone>> ChangeAsync(
        Func<string, int, string, string, CancellationToken, Task<WithdrawalDone?>> change,
        string name,
        string version,
        OperatorRequest<ReasonBody> request,
        CancellationToken stop)
    {
        var number = NumberOf(version);
        return TypedResults.Ok(
            await change(name, number, request.Operator, request.Reason, stop) ?? throw NotFound(name, number));
    }

    private static int NumberOf(string version) => (int)RouteValues.Number("version", version, int.MaxValue);

    private static ProblemException NotFound(string name, int version) => new(new Problem(
        StatusCodes.Status404NotFound,
        ProblemCodes.DefinitionNotFound,
        $"No definition is named '{Quoted.Of(name)}' and has the version {version}."));
}
