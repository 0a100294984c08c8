using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sagas.Dashboard.Pages;

/// <summary>
/// Answers with a page, rendered here and whole: the renderer alone, without the services of interactive components,
/// which would bring keys and state along that nothing here needs.
/// </summary>
/// <typeparam name="TPage">The page.</typeparam>
/// <param name="parameters">Its parameters by name.</param>
/// <param name="status">The HTTP status.</param>
internal sealed class PageResult<TPage>(Dictionary<string, object?> parameters, int status = StatusCodes.Status200OK)
    : IResult
    where TPage : IComponent
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<TPage>(ParameterView.FromDictionary(parameters))).ToHtmlString());
        httpContext.Response.StatusCode = status;
        httpContext.Response.ContentType = "text/html; charset=utf-8";
        httpContext.Response.Headers.CacheControl = "no-store";

        // The request may have been given up by now; its problem is told all the same.
        await httpContext.Response.WriteAsync(html, Encoding.UTF8, CancellationToken.None);
    }
}
