namespace Pos.AppHost.Hosting;

internal static class ApiPage
{
    /// <summary>Names the service's address in the dashboard, and the page that it leads to.</summary>
    public static IResourceBuilder<ProjectResource> WithApiPage(
        this IResourceBuilder<ProjectResource> project,
        string displayText,
        string path = "/openapi/v1.json"
    ) => project.WithUrlForEndpoint("http", url =>
        {
            url.DisplayText = displayText;
            url.Url = path;
        });
}
