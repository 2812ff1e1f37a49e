namespace Pos.Ui.Clients;

/// <summary>Sends purchases.</summary>
public sealed partial class IngestClient(HttpClient http) : ServiceClient(http, "ingest");
