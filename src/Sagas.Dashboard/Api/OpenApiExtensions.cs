using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Sagas.Dashboard.Access;

namespace Sagas.Dashboard.Api;

/// <summary>Describes in the OpenAPI document what the endpoints' signatures do not say.</summary>
internal static class OpenApiExtensions
{
    /// <summary>Names the document, and leaves out where it was read from.</summary>
    public static OpenApiOptions Introduced(this OpenApiOptions options) => options
        .AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Sagas",
                Version = "v1",
                Description = "Starts sagas, shows them and steers them.",
            };
            document.Servers?.Clear();
            Secure(document);
            return Task.CompletedTask;
        })
        .AddOperationTransformer((operation, context, _) =>
        {
            var metadata = context.Description.ActionDescriptor.EndpointMetadata;
            operation.Description = metadata.OfType<IAuthorizeData>().LastOrDefault()?.Policy is { } right
                ? $"Takes the role '{right}', where the worker demands keys or tokens."
                : null;
            return Task.CompletedTask;
        });

    /// <summary>A header that the request may have.</summary>
    public static TBuilder WithHeader<TBuilder>(this TBuilder endpoint, string name, string description)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithParameter(
            ParameterLocation.Header, name, description, new OpenApiSchema { Type = JsonSchemaType.String });

    /// <summary>A part of the query, with its allowed values where they are few.</summary>
    public static TBuilder WithQuery<TBuilder>(
        this TBuilder endpoint,
        string name,
        string description,
        JsonSchemaType type = JsonSchemaType.String,
        params string[] allowed)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithParameter(ParameterLocation.Query, name, description, new OpenApiSchema
        {
            Type = type,
            Enum = allowed.Length == 0 ? null : [.. allowed.Select(x => (JsonNode)x)],
        });

    /// <summary>The parts of the query that every list has.</summary>
    public static TBuilder WithPaging<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint
        .WithQuery("cursor", "What the page before named as 'next'.")
        .WithQuery("limit", "How many items at most.", JsonSchemaType.Integer);

    /// <summary>A list of values in the query, separated by commas.</summary>
    public static TBuilder WithQueryList<TBuilder>(
        this TBuilder endpoint, string name, string description, IEnumerable<string> allowed)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithParameter(ParameterLocation.Query, name, description, new OpenApiSchema
        {
            Type = JsonSchemaType.Array,
            Items = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. allowed.Select(x => (JsonNode)x)] },
        });

    /// <summary>The statuses of the problems that it may have.</summary>
    public static TBuilder WithProblems<TBuilder>(this TBuilder endpoint, params int[] statuses)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoint.WithMetadata([.. statuses.Select(x =>
            new ProducesResponseTypeMetadata(x, typeof(ProblemForm), ["application/problem+json"]))]);
        return endpoint;
    }

    private static void Secure(OpenApiDocument document)
    {
        const string Bearer = "bearer";
        const string Cookie = "session";
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "A key of the worker's, or a token of its identity provider.",
            },
            [Cookie] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Cookie,
                Name = Session.Cookie,
                Description = "The session of a browser that signed in.",
            },
        };
        document.Security = [Requirement(Bearer), Requirement(Cookie), []];

        OpenApiSecurityRequirement Requirement(string scheme) =>
            new() { [new OpenApiSecuritySchemeReference(scheme, document)] = [] };
    }

    private static TBuilder WithParameter<TBuilder>(
        this TBuilder endpoint, ParameterLocation place, string name, string description, OpenApiSchema schema)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                In = place,
                Name = name,
                Description = description,
                Schema = schema,
                Explode = schema.Type != JsonSchemaType.Array,
            });
            return Task.CompletedTask;
        });
}
