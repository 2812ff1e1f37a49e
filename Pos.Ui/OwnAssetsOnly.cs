namespace Pos.Ui;

/// <summary>
/// Tells the browser to load nothing from elsewhere and to be framed by nobody. Scripts and styles may stand in the
/// page: Blazor's import map does, and components set style attributes.
/// </summary>
internal static class OwnAssetsOnly
{
    private const string Policy =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public static Task AddAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers.ContentSecurityPolicy = Policy;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return next(context);
    }
}
