namespace Pos.AppHost.Hosting;

internal static class ApiPage
{
    /// <summary>Sets the text and the page of the service's link in the dashboard.</summary>
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
